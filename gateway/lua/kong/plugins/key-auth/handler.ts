/** A small key-auth, so that the plugins can be tried together with another authentication plugin. Keys come from kong.yml. */
import constants = require("../../constants");
import { Credential, consumers, credentialOf } from "../../../gateway/consumers";

interface Config {
  key_names: string[];
  hide_credentials: boolean;
  anonymous?: string;
  key_in_header: boolean;
  key_in_query: boolean;
  run_on_preflight: boolean;
  realm?: string;
}

const HEADERS = constants.HEADERS;

function putHeader(name: string, value: string | undefined): void {
  if (value === undefined) kong.service.request.clear_header(name);
  else kong.service.request.set_header(name, value);
}

function setConsumer(consumer: Consumer | undefined, credential: Credential | undefined): void {
  kong.client.authenticate(consumer, credential);
  putHeader(HEADERS.CONSUMER_ID, consumer?.id);
  putHeader(HEADERS.CONSUMER_CUSTOM_ID, consumer?.custom_id);
  putHeader(HEADERS.CONSUMER_USERNAME, consumer?.username);
  putHeader(HEADERS.CREDENTIAL_IDENTIFIER, credential?.id);
  putHeader(HEADERS.ANONYMOUS, credential === undefined ? "true" : undefined);
}

/** The first of the key names that the request carries; a list where it carries it more than once. */
function findKey(config: Config): unknown {
  const headers = kong.request.get_headers();
  const [query] = kong.request.get_query();
  for (const name of config.key_names) {
    let value: unknown;
    if (config.key_in_header) value = headers[name];
    if (value === undefined && config.key_in_query) value = query[name];
    if (type(value) === "table") return value;
    if (typeof value === "string") {
      if (config.hide_credentials) {
        kong.service.request.clear_query_arg(name);
        kong.service.request.clear_header(name);
      }
      return value;
    }
  }
  return undefined;
}

/** What is wrong with the request's key; nothing where it is a consumer's, who then is authenticated. */
function authenticate(config: Config): string | undefined {
  const key = findKey(config);
  if (type(key) === "table") return "Duplicate API key found";
  if (key === undefined || key === "") return "No API key found in request";
  const credential = credentialOf(key as string);
  if (credential === undefined) return "Unauthorized";
  const [consumer] = consumers.select({ id: credential.consumer.id });
  setConsumer(consumer, credential);
  return undefined;
}

function access(this: unknown, config: Config): void {
  if (!config.run_on_preflight && kong.request.get_method() === "OPTIONS") return;
  const { anonymous } = config;
  if (
    anonymous !== undefined &&
    (kong.client as unknown as { get_credential(this: void): unknown }).get_credential() !== undefined
  )
    return;
  const wrong = authenticate(config);
  if (wrong === undefined) return;
  if (anonymous === undefined) {
    kong.response.error(401, wrong, {
      "WWW-Authenticate": config.realm === undefined ? "Key" : `Key realm="${config.realm}"`,
    });
  }
  const load = kong.client.load_consumer as (
    this: void,
    id: string,
    byUsername: boolean,
  ) => LuaMultiReturn<[Consumer | undefined, string?]>;
  const [consumer] = load(anonymous, true);
  setConsumer(consumer, undefined);
}

const handler = { PRIORITY: 1250, VERSION: "3.9.1", access };

export = handler;
