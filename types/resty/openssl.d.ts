/** @noSelfInFile */

/** Types of lua-resty-openssl 1.x. Times are seconds since the epoch, numbers are big numbers (`Bn`). */
declare namespace RestyOpenssl {
  /** What most functions give when they fail. */
  type Failure = [undefined, string];
  /** What functions give that return false when OpenSSL fails: `=== undefined` does not see it. */
  type FalseFailure = [undefined | false, string];

  /** A digest in progress. **Methods are called with a colon.** */
  interface Digest {
    /** Adds data. */
    update(this: this, ...parts: string[]): LuaMultiReturn<[true, undefined?] | [false, string]>;
    /** The digest, bytes, after adding `part`. A digest is used once, unless `reset`. */
    final(this: this, part?: string): LuaMultiReturn<[string, undefined?] | FalseFailure>;
    /** Makes it ready for another message, with the same algorithm. */
    reset(this: this): LuaMultiReturn<[true, undefined?] | [false, string]>;
    /** Name of the OpenSSL provider; false before OpenSSL 3. */
    get_provider_name(this: this): LuaMultiReturn<[string, undefined?] | [undefined | false, (string | undefined)?]>;
  }

  /** An HMAC in progress. **Methods are called with a colon.** */
  interface Hmac {
    /** Adds data. */
    update(this: this, ...parts: string[]): LuaMultiReturn<[true, undefined?] | Failure>;
    /** The HMAC, bytes, after adding `part`. */
    final(this: this, part?: string): LuaMultiReturn<[string, undefined?] | Failure>;
    /** Makes it ready for another message, with the same key. */
    reset(this: this): LuaMultiReturn<[true, undefined?] | Failure>;
  }

  /** A big number. **Methods are called with a colon.** */
  interface Bn {
    /** Big-endian bytes, padded to `pad` bytes with zeros. */
    to_binary(this: this, pad?: number): LuaMultiReturn<[string, undefined?] | Failure>;
    /** Upper-case hexadecimal. */
    to_hex(this: this): LuaMultiReturn<[string, undefined?] | Failure>;
    /** Decimal digits. */
    to_dec(this: this): LuaMultiReturn<[string, undefined?] | Failure>;
    /** MPI form: four bytes of length, then the number; without the length on request. */
    to_mpi(this: this, no_header?: boolean): LuaMultiReturn<[string, undefined?] | Failure>;
    /** Loses precision above 2^53. */
    to_number(this: this): LuaMultiReturn<[number, undefined?] | Failure>;
    /** Replaces the value. */
    set(this: this, value: string | number, base?: 2 | 10 | 16): LuaMultiReturn<[Bn, undefined?] | Failure>;
    /** Whether it is 0. */
    is_zero(this: this): boolean;
    /** Whether it is 1. */
    is_one(this: this): boolean;
    /** Whether it is n. */
    is_word(this: this, n: number): boolean;
    /** Whether it is odd. */
    is_odd(this: this): boolean;
    /** Whether it is probably prime. */
    is_prime(this: this, nchecks?: number): LuaMultiReturn<[boolean, undefined?] | Failure>;
  }

  /** One attribute of a distinguished name. */
  interface NameEntry {
    /** Short name: `CN`, `O`. */
    sn: string;
    ln: string;
    nid: number;
    /** OID. */
    id: string;
    blob: string;
  }

  /** A distinguished name. **Methods are called with a colon.** */
  interface X509Name {
    /** Adds an attribute by short name, long name or OID. */
    add(this: this, nid: string, txt: string): LuaMultiReturn<[X509Name, undefined?] | Failure>;
    /** First attribute of that kind after `last_pos`, and its position. */
    find(
      this: this,
      nid: string,
      last_pos?: number,
    ): LuaMultiReturn<
      | [NameEntry, number, undefined?]
      | [undefined, undefined, (string | undefined)?]
      | [undefined, (string | undefined)?, undefined?]
    >;
    /** All attributes, by short name; of a repeated one the last. */
    all(this: this): LuaTable<string, NameEntry>;
    /** Attributes in their order. */
    each(this: this): LuaIterable<LuaMultiReturn<[string, NameEntry]>>;
    /** `CN=a/O=b`, sorted, nothing escaped: for logs, never to compare or to parse. */
    tostring(this: this): string;
  }

  /** A certificate. **Methods are called with a colon.** */
  interface X509 {
    /** The cdata `X509*`. */
    readonly ctx: OpenResty.CData;
    /** PEM by default. */
    tostring(this: this, fmt?: "PEM" | "DER"): LuaMultiReturn<[string, undefined?] | Failure>;
    /** The certificate as PEM. */
    to_PEM(this: this): LuaMultiReturn<[string, undefined?] | Failure>;
    /** Digest of the DER, bytes. SHA-1 by default. */
    digest(this: this, type?: string, properties?: string): LuaMultiReturn<[string, undefined?] | Failure>;
    /** Digest of the public key, bytes. */
    pubkey_digest(this: this, type?: string, properties?: string): LuaMultiReturn<[string, undefined?] | Failure>;
    /** Whether the key belongs to the certificate. */
    check_private_key(this: this, key: Pkey): LuaMultiReturn<[boolean, (string | undefined)?]>;
    /** Whether the key made the certificate's signature. */
    verify(this: this, pkey: Pkey): LuaMultiReturn<[boolean, (string | undefined)?]>;
    /** Signs the certificate. */
    sign(this: this, pkey: Pkey, digest?: Digest): LuaMultiReturn<[true, undefined?] | [false | undefined, string]>;
    /** Serial number. */
    get_serial_number(this: this): LuaMultiReturn<[Bn, undefined?] | [undefined | false, (string | undefined)?]>;
    /** Sets the serial number. */
    set_serial_number(this: this, serial: Bn): LuaMultiReturn<[true, undefined?] | [false, string]>;
    /** Seconds since the epoch. */
    get_not_before(this: this): LuaMultiReturn<[number, undefined?] | [undefined, (string | undefined)?]>;
    /** Sets the begin of its validity, seconds since the epoch. */
    set_not_before(this: this, seconds: number): LuaMultiReturn<[true, undefined?] | [false, string]>;
    /** Seconds since the epoch. */
    get_not_after(this: this): LuaMultiReturn<[number, undefined?] | [undefined, (string | undefined)?]>;
    /** Sets the end of its validity, seconds since the epoch. */
    set_not_after(this: this, seconds: number): LuaMultiReturn<[true, undefined?] | [false, string]>;
    /** not before and not after. */
    get_lifetime(this: this): LuaMultiReturn<[number, number, undefined?] | [undefined, undefined, string]>;
    /** Sets begin and end of its validity. */
    set_lifetime(
      this: this,
      not_before?: number,
      not_after?: number,
    ): LuaMultiReturn<[true, undefined?] | [false, string]>;
    /** Its public key. */
    get_pubkey(this: this): LuaMultiReturn<[Pkey, undefined?] | Failure>;
    /** Sets its public key. */
    set_pubkey(this: this, pubkey: Pkey): LuaMultiReturn<[true, undefined?] | [false, string]>;
    /** Its subject. */
    get_subject_name(this: this): LuaMultiReturn<[X509Name, undefined?] | Failure>;
    /** Sets its subject. */
    set_subject_name(this: this, name: X509Name): LuaMultiReturn<[true, undefined?] | [false, string]>;
    /** Its issuer. */
    get_issuer_name(this: this): LuaMultiReturn<[X509Name, undefined?] | Failure>;
    /** Sets its issuer. */
    set_issuer_name(this: this, name: X509Name): LuaMultiReturn<[true, undefined?] | [false, string]>;
    /** 1, 2 or 3. */
    get_version(this: this): LuaMultiReturn<[number, undefined?] | Failure>;
    /** Sets the version: 1, 2 or 3. */
    set_version(this: this, version: number): LuaMultiReturn<[true, undefined?] | [false, string]>;
    /** undefined alone when the certificate has none. */
    get_basic_constraints(
      this: this,
    ): LuaMultiReturn<[{ ca: boolean; pathlen: number }, undefined?] | [undefined, (string | undefined)?]>;
    get_basic_constraints(
      this: this,
      name: "ca",
    ): LuaMultiReturn<[boolean, undefined?] | [undefined, (string | undefined)?]>;
    get_basic_constraints(
      this: this,
      name: "pathlen",
    ): LuaMultiReturn<[number, undefined?] | [undefined, (string | undefined)?]>;
    /** Sets the basic constraints. */
    set_basic_constraints(
      this: this,
      constraints: { ca?: boolean; pathlen?: number },
    ): LuaMultiReturn<[true, undefined?] | [false, string]>;
    /** OpenSSL's number of the signature's algorithm. */
    get_signature_nid(this: this): LuaMultiReturn<[number, undefined?] | Failure>;
    /** Name of the signature's algorithm, such as `RSA-SHA256`. */
    get_signature_name(this: this): LuaMultiReturn<[string, undefined?] | Failure>;
    /** Name of the signature's digest, such as `SHA256`. */
    get_signature_digest_name(this: this): LuaMultiReturn<[string, undefined?] | Failure>;
    /** First OCSP address, or all of them as a list; undefined when there is none. */
    get_ocsp_url(
      this: this,
      return_all?: boolean,
    ): LuaMultiReturn<[string | string[] | undefined, (string | undefined)?]>;
    /** First CRL address, or all of them as a list; undefined when there is none. */
    get_crl_url(
      this: this,
      return_all?: boolean,
    ): LuaMultiReturn<[string | string[] | undefined, (string | undefined)?]>;
    /** Its alternative names, an object of resty.openssl.x509.altname; undefined when there are none. */
    get_subject_alt_name(this: this): LuaMultiReturn<[unknown, undefined?] | [undefined, (string | undefined)?]>;
    /** Extension by name, and its position. */
    get_extension(
      this: this,
      nid_txt: string | number,
      last_pos?: number,
    ): LuaMultiReturn<[unknown, number, undefined?] | [undefined, undefined, (string | undefined)?]>;
    /** Whether an extension is critical. */
    get_extension_critical(
      this: this,
      nid_txt: string | number,
      last_pos?: number,
    ): LuaMultiReturn<[boolean, undefined?] | [undefined, string]>;
  }

  /** A chain of certificates. **Methods are called with a colon.** */
  interface X509Chain {
    /** The cdata `STACK_OF(X509)*`. */
    readonly ctx: OpenResty.CData;
    /** Adds a certificate at the end. */
    add(this: this, x509: X509): LuaMultiReturn<[true, undefined?] | Failure>;
    /** All certificates in their order. */
    all(this: this): LuaMultiReturn<[X509[], undefined?] | Failure>;
    /** Certificates in their order, counted from 1. */
    each(this: this): LuaIterable<LuaMultiReturn<[number, X509]>>;
    /** @param i from 1. */
    index(this: this, i: number): X509 | undefined;
    /** Number of certificates. */
    count(this: this): number;
  }

  /** A revocation list. **Methods are called with a colon.** */
  interface X509Crl {
    readonly ctx: OpenResty.CData;
    /** The list; PEM by default. */
    tostring(this: this, fmt?: "PEM" | "DER"): LuaMultiReturn<[string, undefined?] | Failure>;
    /** Its issuer. */
    get_issuer_name(this: this): LuaMultiReturn<[X509Name, undefined?] | Failure>;
    /** When it was made, seconds since the epoch. */
    get_last_update(this: this): LuaMultiReturn<[number, undefined?] | Failure>;
    /** When the next is due, seconds since the epoch. */
    get_next_update(this: this): LuaMultiReturn<[number, undefined?] | Failure>;
  }

  /** Trusted certificates. **Methods are called with a colon.** Making one is slow: keep it. */
  interface X509Store {
    readonly ctx: OpenResty.CData;
    /** The system's certificates. */
    use_default(this: this, properties?: string): LuaMultiReturn<[true, undefined?] | [false | undefined, string]>;
    /** Adds a trusted certificate, or a revocation list: lists are then checked, unless `skip_set_flags`. */
    add(
      this: this,
      item: X509 | X509Crl,
      skip_set_flags?: boolean,
    ): LuaMultiReturn<[true, undefined?] | [false | undefined, string]>;
    /** Trusts the certificates in a PEM file. */
    load_file(
      this: this,
      path: string,
      properties?: string,
    ): LuaMultiReturn<[true, undefined?] | [false | undefined, string]>;
    /** Trusts the certificates in a directory with OpenSSL's hashed names. */
    load_directory(
      this: this,
      path: string,
      properties?: string,
    ): LuaMultiReturn<[true, undefined?] | [false | undefined, string]>;
    /** Longest chain. */
    set_depth(this: this, depth: number): LuaMultiReturn<[true, undefined?] | [false | undefined, string]>;
    /** For example `sslclient`, `sslserver`. */
    set_purpose(this: this, purpose: string): LuaMultiReturn<[true, undefined?] | [false | undefined, string]>;
    /** Sets flags: see `verify_flags` of the module. */
    set_flags(this: this, ...flags: number[]): LuaMultiReturn<[true, undefined?] | [false | undefined, string]>;
    /**
     * Verifies a certificate.
     * @param chain intermediate certificates.
     * @param return_chain give the chain that was built in place of true.
     * @param verify_method `ssl_client`, `ssl_server`, ...
     */
    verify(
      this: this,
      x509: X509,
      chain?: X509Chain,
      return_chain?: false,
      properties?: string,
      verify_method?: string,
      flags?: number,
    ): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
    verify(
      this: this,
      x509: X509,
      chain: X509Chain | undefined,
      return_chain: true,
      properties?: string,
      verify_method?: string,
      flags?: number,
    ): LuaMultiReturn<[X509Chain, undefined?] | [undefined, string]>;
    /** Checks a chain that `verify` built against the revocation lists in the store. */
    check_revocation(
      this: this,
      verified_chain: X509Chain,
      properties?: string,
    ): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  }

  /** Kind of a key. */
  interface KeyType {
    id: string;
    nid: number;
    sn: string;
    ln: string;
  }

  /** How `new` is to read a key. */
  interface PkeyLoadOptions {
    /** `*` tries PEM, DER, then JWK; the default. */
    format?: "*" | "PEM" | "DER" | "JWK" | undefined;
    /** `pr` private, `pu` public, `*` either, the default. */
    type?: "*" | "pr" | "pu" | undefined;
    passphrase?: string | undefined;
    passphrase_cb?: ((this: void) => string) | undefined;
    properties?: string | undefined;
  }

  /** How to make a key. */
  type PkeyGenerateOptions =
    | { type: "RSA"; bits?: number; exp?: number }
    | { type: "EC"; curve?: string }
    | { type: "Ed25519" | "X25519" | "Ed448" | "X448" }
    | { type: "DH"; bits?: number; group?: string };

  /** How to sign or verify. */
  interface SignOptions {
    /** ECDSA: r and s joined, as JWS wants it, in place of DER. */
    ecdsa_use_raw?: boolean | undefined;
    /** PSS: length of the salt; -1 that of the digest. */
    pss_saltlen?: number | undefined;
    mgf1_md?: string | undefined;
    oaep_md?: string | undefined;
  }

  /** A key. **Methods are called with a colon.** */
  interface Pkey {
    readonly ctx: OpenResty.CData;
    readonly key_type: number;
    /** Kind of the key, or only OpenSSL's number of it. */
    get_key_type(this: this): LuaMultiReturn<[KeyType, undefined?] | Failure>;
    get_key_type(this: this, nid_only: true): LuaMultiReturn<[number, undefined?] | Failure>;
    /** Digest that the key wants by default. */
    get_default_digest_type(
      this: this,
    ): LuaMultiReturn<[{ nid: number; sn: string; ln: string; mandatory: boolean }, undefined?] | Failure>;
    /** Numbers of the key: RSA n, e, d, p, q, ...; EC group, public, private, x, y; Ed25519 strings public, private. */
    get_parameters(
      this: this,
    ): LuaMultiReturn<[Record<string, Bn | string | number | undefined>, undefined?] | Failure>;
    /** Whether the private part is there. */
    is_private(this: this): boolean;
    /**
     * Signs.
     * @param data text, or a digest object.
     * @param md_alg name of the digest, such as `sha256`; undefined for Ed25519.
     * @param padding one of `PADDINGS`, for RSA.
     */
    sign(
      this: this,
      data: string | Digest,
      md_alg?: string,
      padding?: number,
      opts?: SignOptions,
    ): LuaMultiReturn<[string, undefined?] | Failure>;
    /** Whether the signature is good. Otherwise false and a message; undefined and a message when nothing could be verified. */
    verify(
      this: this,
      signature: string,
      data: string | Digest,
      md_alg?: string,
      padding?: number,
      opts?: SignOptions,
    ): LuaMultiReturn<[true, undefined?] | [false, string] | Failure>;
    /** Signs a digest as it is. */
    sign_raw(
      this: this,
      data: string,
      padding?: number,
      opts?: SignOptions,
    ): LuaMultiReturn<[string, undefined?] | Failure>;
    /** Encrypts with the public key (RSA). */
    encrypt(
      this: this,
      data: string,
      padding?: number,
      opts?: SignOptions,
    ): LuaMultiReturn<[string, undefined?] | Failure>;
    /** Decrypts with the private key (RSA). */
    decrypt(
      this: this,
      data: string,
      padding?: number,
      opts?: SignOptions,
    ): LuaMultiReturn<[string, undefined?] | Failure>;
    /** Shared secret with another key. */
    derive(this: this, peerkey: Pkey): LuaMultiReturn<[string, undefined?] | Failure>;
    /** Text of the key; public by default. */
    tostring(
      this: this,
      pub_or_priv?: "public" | "private" | "PublicKey" | "PrivateKey",
      fmt?: "PEM" | "DER" | "JWK",
      pkcs1?: boolean,
    ): LuaMultiReturn<[string, undefined?] | Failure>;
    /** The key as PEM; public by default. */
    to_PEM(
      this: this,
      pub_or_priv?: "public" | "private",
      pkcs1?: boolean,
    ): LuaMultiReturn<[string, undefined?] | Failure>;
  }
}

declare module "resty.openssl.x509" {
  /** Reads a certificate; without text an empty one. `*` tries PEM, then DER. */
  function create(
    cert?: string,
    fmt?: "*" | "PEM" | "DER",
    properties?: string,
  ): LuaMultiReturn<[RestyOpenssl.X509, undefined?] | RestyOpenssl.Failure>;
  export { create as new };
  /** Whether the value is such an object. */
  export function istype(value: unknown): boolean;
  /** Wraps a copy of a cdata `X509*`. */
  export function dup(ctx: OpenResty.CData): LuaMultiReturn<[RestyOpenssl.X509, undefined?] | RestyOpenssl.Failure>;
}

declare module "resty.openssl.x509.store" {
  /** A new, empty one. */
  function create(): LuaMultiReturn<[RestyOpenssl.X509Store, undefined?] | RestyOpenssl.Failure>;
  export { create as new };
  /** Whether the value is such an object. */
  export function istype(value: unknown): boolean;
  export const verify_flags: Readonly<Record<string, number>>;
}

declare module "resty.openssl.x509.chain" {
  /** A new, empty one. */
  function create(): LuaMultiReturn<[RestyOpenssl.X509Chain, undefined?] | RestyOpenssl.Failure>;
  export { create as new };
  /** Whether the value is such an object. */
  export function istype(value: unknown): boolean;
  /** Wraps a copy of OpenSSL's own object, as cdata. */
  export function dup(
    ctx: OpenResty.CData,
  ): LuaMultiReturn<[RestyOpenssl.X509Chain, undefined?] | RestyOpenssl.Failure>;
}

declare module "resty.openssl.x509.name" {
  /** A new, empty one. */
  function create(): LuaMultiReturn<[RestyOpenssl.X509Name, undefined?] | RestyOpenssl.Failure>;
  export { create as new };
  /** Whether the value is such an object. */
  export function istype(value: unknown): boolean;
  /** Wraps a copy of OpenSSL's own object, as cdata. */
  export function dup(ctx: OpenResty.CData): LuaMultiReturn<[RestyOpenssl.X509Name, undefined?] | RestyOpenssl.Failure>;
}

declare module "resty.openssl.x509.crl" {
  /** A new, empty one. */
  function create(
    crl?: string,
    fmt?: "*" | "PEM" | "DER",
    properties?: string,
  ): LuaMultiReturn<[RestyOpenssl.X509Crl, undefined?] | RestyOpenssl.Failure>;
  export { create as new };
  /** Whether the value is such an object. */
  export function istype(value: unknown): boolean;
}

declare module "resty.openssl.digest" {
  /** A digest by name, `sha1` by default; for example `sha256`, `sha512`. */
  function create(
    type?: string,
    properties?: string,
  ): LuaMultiReturn<[RestyOpenssl.Digest, undefined?] | RestyOpenssl.Failure>;
  export { create as new };
  /** Whether the value is such an object. */
  export function istype(value: unknown): boolean;
}

declare module "resty.openssl.hmac" {
  /** An HMAC; digest `sha1` by default. */
  function create(key: string, type?: string): LuaMultiReturn<[RestyOpenssl.Hmac, undefined?] | RestyOpenssl.Failure>;
  export { create as new };
  /** Whether the value is such an object. */
  export function istype(value: unknown): boolean;
}

declare module "resty.openssl.pkey" {
  /**
   * Reads a key from text, or makes one from options (RSA with 2048 bits by default).
   * A JWK whose members are no strings raises: check it, or call under pcall.
   */
  function create(
    key?: string | RestyOpenssl.PkeyGenerateOptions,
    options?: RestyOpenssl.PkeyLoadOptions,
  ): LuaMultiReturn<[RestyOpenssl.Pkey, undefined?] | RestyOpenssl.Failure>;
  export { create as new };
  /** Whether the value is such an object. */
  export function istype(value: unknown): boolean;
  /** Parameters for making keys, as PEM. */
  export function paramgen(config: object): LuaMultiReturn<[string, undefined?] | RestyOpenssl.Failure>;
  export const PADDINGS: {
    readonly RSA_PKCS1_PADDING: number;
    readonly RSA_NO_PADDING: number;
    readonly RSA_PKCS1_OAEP_PADDING: number;
    readonly RSA_X931_PADDING: number;
    readonly RSA_PKCS1_PSS_PADDING: number;
    readonly RSA_SSLV23_PADDING: number;
  };
}

declare module "resty.openssl.err" {
  /**
   * The latest of OpenSSL's errors as text, with all of them taken off its list.
   * @param context what the text begins with.
   * @param code of the function that failed, to be named.
   * @param all_errors gives all of them.
   */
  export function format_error(this: void, context?: string, code?: number, all_errors?: boolean): string;
}

declare module "resty.openssl.rand" {
  /** Random bytes; from the private generator on request. */
  export function bytes(
    length: number,
    private?: boolean,
    strength?: number,
  ): LuaMultiReturn<[string, undefined?] | RestyOpenssl.Failure>;
}

declare module "resty.openssl.bn" {
  /** A big number from a number, text in a base (10 by default), or bytes. */
  function create(
    value?: string | number,
    base?: 2 | 10 | 16,
  ): LuaMultiReturn<[RestyOpenssl.Bn, undefined?] | RestyOpenssl.Failure>;
  export { create as new };
  /** Whether the value is such an object. */
  export function istype(value: unknown): boolean;
  /** A big number from big-endian bytes. */
  export function from_binary(bytes: string): LuaMultiReturn<[RestyOpenssl.Bn, undefined?] | RestyOpenssl.Failure>;
  /** A big number from hexadecimal digits. */
  export function from_hex(hex: string): LuaMultiReturn<[RestyOpenssl.Bn, undefined?] | RestyOpenssl.Failure>;
  /** A big number from decimal digits. */
  export function from_dec(dec: string): LuaMultiReturn<[RestyOpenssl.Bn, undefined?] | RestyOpenssl.Failure>;
}
