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
