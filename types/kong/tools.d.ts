/** @noSelfInFile */

declare module "kong.constants" {
  /** Names of the headers that Kong and its plugins set. */
  export const HEADERS: {
    readonly CONSUMER_ID: "X-Consumer-ID";
    readonly CONSUMER_CUSTOM_ID: "X-Consumer-Custom-ID";
    readonly CONSUMER_USERNAME: "X-Consumer-Username";
    readonly CREDENTIAL_IDENTIFIER: "X-Credential-Identifier";
    readonly ANONYMOUS: "X-Anonymous-Consumer";
    readonly CONSUMER_GROUPS: "X-Consumer-Groups";
    readonly AUTHENTICATED_GROUPS: "X-Authenticated-Groups";
    readonly FORWARDED_HOST: "X-Forwarded-Host";
    readonly FORWARDED_PATH: "X-Forwarded-Path";
    readonly FORWARDED_PREFIX: "X-Forwarded-Prefix";
    readonly [name: string]: string;
  };
}

declare module "kong.meta" {
  /** Kong's version, for example `"3.9.1"`. */
  export const version: string;
}

/*
 * kong.tools.* is Kong's own code, not its PDK: it may change with any version.
 * These are the functions that plugins commonly use.
 */

declare module "kong.tools.uuid" {
  /** A random UUID (version 4). */
  export function uuid(): string;
  /** Whether the value is text in the form of a UUID. */
  export function is_valid_uuid(value: unknown): boolean;
}

declare module "kong.tools.rand" {
  /** Random bytes fit for keys. @param urandom read them from the system rather than from OpenSSL. */
  export function get_rand_bytes(
    n_bytes: number,
    urandom?: boolean,
  ): LuaMultiReturn<[string, undefined?] | [undefined, string]>;
  /** 32 letters and digits from 24 random bytes. */
  export function random_string(): string;
}

declare module "kong.tools.sha256" {
  /** SHA-256, bytes. */
  export function sha256_bin(key: string): LuaMultiReturn<[string, undefined?] | [undefined, string]>;
  /** SHA-256, hexadecimal. */
  export function sha256_hex(key: string): LuaMultiReturn<[string, undefined?] | [undefined, string]>;
  /** SHA-256, base64. */
  export function sha256_base64(key: string): LuaMultiReturn<[string, undefined?] | [undefined, string]>;
  /** SHA-256, base64url without padding. */
  export function sha256_base64url(key: string): LuaMultiReturn<[string, undefined?] | [undefined, string]>;
}

declare module "kong.tools.ip" {
  /** Whether the text is an IPv4 address. */
  export function is_valid_ipv4(ipv4: string): boolean;
  /** Whether the text is an IPv6 address. */
  export function is_valid_ipv6(ipv6: string): boolean;
  /** Whether the text is an address of either kind. */
  export function is_valid_ip(ip: string): boolean;
  /** Whether the text is a block of addresses. */
  export function is_valid_cidr(cidr: string): boolean;
  /** Whether the text is an address or a block of them. */
  export function is_valid_ip_or_cidr(ip_or_cidr: string): boolean;
}

declare module "kong.tools.uri" {
  /**
   * Normalises a path (RFC 3986 section 6), as `kong.request.get_path` does.
   * @param merge_slashes make several slashes one.
   */
  export function normalize(uri: string, merge_slashes?: boolean): string;
}

declare module "kong.tools.table" {
  /** A deep copy; metatables are kept, keys are not copied. */
  export function cycle_aware_deep_copy<T>(orig: T, remove_metatables?: boolean, deep_copy_keys?: boolean): T;
  /** The fields of both, `t2` winning. */
  export function table_merge<A extends object, B extends object>(t1: A, t2: B): Omit<A, keyof B> & B;
  /** Whether a list holds the value. */
  export function table_contains<T>(arr: readonly T[] | undefined, val: T): boolean;
}
