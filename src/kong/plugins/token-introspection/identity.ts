import * as constants from "kong.constants";
import { findConsumer, findNamedConsumer } from "./consumers";
import type { Plan } from "./plan";
import { type Refusal, refusal } from "./refusal";
import type { Config } from "./settings";
import type { Standing } from "./standing";
import { TOO_MANY_HEADERS, clearSpoofable } from "./upstream";

const HEADERS = constants.HEADERS;

function setOrClear(this: void, header: string, value: string | undefined): void {
  if (value === undefined || (value as unknown) === ngx.null) kong.service.request.clear_header(header);
  else kong.service.request.set_header(header, value);
}

function setConsumerHeaders(this: void, consumer: Kong.Consumer, credentialId: string | undefined): void {
  setOrClear(HEADERS.CONSUMER_ID, consumer.id);
  setOrClear(HEADERS.CONSUMER_CUSTOM_ID, consumer.custom_id);
  setOrClear(HEADERS.CONSUMER_USERNAME, consumer.username);
  setOrClear(HEADERS.CREDENTIAL_IDENTIFIER, credentialId);
}

function mapConsumer(
  this: void,
  config: Config,
  standing: Standing,
): LuaMultiReturn<[Kong.Consumer | undefined, Refusal?]> {
  const name = standing.consumerName;
  if (name !== undefined && name !== "") {
    for (const by of config.consumer_by) {
      const [consumer, message] = findConsumer(by, name);
      if (message !== undefined)
        return $multi(undefined, refusal("unexpected", "the consumer could not be looked up: " + message));
      if (consumer !== undefined) return $multi(consumer);
    }
  }
  if (config.consumer_optional) return $multi(undefined);
  return $multi(undefined, refusal("consumer_not_found", "consumer_claim: there is no consumer for the token"));
}

/**
 * Tells Kong who the caller is: consumer, credential, groups. A consumer that another plugin authenticated stays when we map none.
 * @param headers all headers of the request, names in lower case.
 * @param authenticated another plugin has authenticated the request.
 * @returns undefined, or why the request may not pass.
 */
export function identify(
  this: void,
  config: Config,
  plan: Plan,
  standing: Standing,
  headers: OpenResty.Headers,
  authenticated: boolean,
): Refusal | undefined {
  if (plan.consumerClaim !== undefined) {
    const [consumer, refused] = mapConsumer(config, standing);
    if (refused !== undefined) return refused;
    if (consumer !== undefined) {
      // What stood there was another plugin's consumer, or the client's.
      if (authenticated) {
        if (clearSpoofable(headers, plan.upstream, false)) return TOO_MANY_HEADERS;
        setAuthenticatedGroups(undefined);
      }
      kong.client.authenticate(consumer, credentialFor(standing, consumer));
      setConsumerHeaders(consumer, standing.credentialHeader);
      kong.service.request.clear_header(HEADERS.ANONYMOUS);
      setGroups(standing);
      return undefined;
    }
  }
  if (!authenticated) {
    kong.client.authenticate(undefined, { id: standing.credentialId } as object as Kong.Credential);
  }
  setGroups(standing);
  return undefined;
}

function credentialFor(this: void, standing: Standing, consumer: Kong.Consumer): Kong.Credential {
  return {
    id: standing.credentialId,
    consumer_id: consumer.id,
    consumer: { id: consumer.id },
  } as unknown as Kong.Credential;
}

/**
 * Kong's acl reads the groups in either place, the first one first; the session plugin keeps those of the second one, which it would otherwise lose
 * and let pass whom acl denies.
 */
function setAuthenticatedGroups(this: void, groups: string[] | undefined): void {
  kong.ctx.shared.authenticated_groups = groups;
  ngx.ctx.authenticated_groups = groups;
}

function setGroups(this: void, standing: Standing): void {
  if (standing.groups === undefined) return;
  // A list of the request's own: other plugins may add to it, and the standing is every request's.
  const groups: string[] = [];
  for (const group of standing.groups) groups.push(group);
  setAuthenticatedGroups(groups);
  setOrClear(HEADERS.AUTHENTICATED_GROUPS, standing.groupsHeader);
}

/**
 * Uses the consumer of the setting `anonymous` (id or username) in place of a refusal.
 * @returns undefined, or why there is no such consumer: the administrator's mistake, not the caller's.
 */
export function becomeAnonymous(this: void, anonymous: string): Refusal | undefined {
  const [consumer, message] = findNamedConsumer(anonymous);
  if (message !== undefined) return refusal("unexpected", "the anonymous consumer could not be looked up: " + message);
  if (consumer === undefined) return refusal("unexpected", "anonymous: there is no such consumer");
  kong.client.authenticate(consumer);
  setConsumerHeaders(consumer, undefined);
  kong.service.request.set_header(HEADERS.ANONYMOUS, true);
  return undefined;
}
