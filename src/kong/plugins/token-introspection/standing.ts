import { attach, attached } from "./attachment";
import { type Validity, authenticationTimeOf, refuseByClaims, validityOf } from "./authorization";
import type { Entry } from "./cache";
import { type Claims, clientIdOf, decodeClaims, nameText, claimAt, textsOf } from "./claims";
import { type Confirmation, NOT_BOUND, confirmationOf, refuseBinding } from "./confirmation";
import { headerValue } from "./header-value";
import type { Plan } from "./plan";
import { type Refusal, refusal } from "./refusal";
import { type UpstreamHeaders, upstreamHeadersOf } from "./upstream";

const concat = table.concat;

/**
 * Where a token stands under a configuration: all that follows from the authorization server's answer and the settings, and that neither
 * time nor the request changes. Derived once for an entry and a configuration; what depends on the request is checked on each one. Small and flat, for
 * there is one for each token in use, and every table more is one more place in memory that a hit has to wait for.
 */
export interface Standing extends Validity, UpstreamHeaders {
  /** When the user authenticated, seconds since the epoch. */
  readonly authenticated: number | undefined;
  readonly bound: Confirmation;
  /** The token is not bound as the settings demand. */
  readonly bindingRefusal: Refusal | undefined;
  /** The claims are not such as the settings demand. */
  readonly claimsRefusal: Refusal | undefined;
  readonly subject: string | undefined;
  readonly clientId: string | undefined;
  /** The text that names the Kong consumer. */
  readonly consumerName: string | undefined;
  readonly groups: readonly string[] | undefined;
  /** What Kong knows the caller by, for rate-limiting and logs: never the token. */
  readonly credentialId: string | undefined;
  /** The same, and the groups, for Kong's headers to the upstream service; undefined: a header cannot carry them. */
  readonly credentialHeader: string | undefined;
  readonly groupsHeader: string | undefined;
}

function consumerNameOf(this: void, claims: Claims, plan: Plan): string | undefined {
  if (plan.consumerClaim === undefined) return undefined;
  return nameText(claimAt(claims, plan.consumerClaim));
}

function groupsOf(this: void, claims: Claims, plan: Plan): string[] | undefined {
  if (plan.groupsClaim === undefined) return undefined;
  return textsOf(claimAt(claims, plan.groupsClaim));
}

function credentialIdOf(this: void, claims: Claims, plan: Plan): string | undefined {
  if (plan.credentialClaim !== undefined) return nameText(claimAt(claims, plan.credentialClaim));
  return nameText(claims["sub"]) ?? clientIdOf(claims);
}

/** A text that a header can carry; undefined: none, or one with control characters. */
function headerText(this: void, text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : headerValue(text, "none");
}

function groupsHeaderOf(this: void, groups: string[] | undefined): string | undefined {
  if (groups === undefined) return undefined;
  return headerText(concat(groups, ", "));
}

function unreadable(this: void): Standing {
  return {
    exp: undefined,
    nbf: undefined,
    malformed: false,
    authenticated: undefined,
    bound: NOT_BOUND,
    bindingRefusal: refusal("unexpected", "the cached answer could not be read"),
    claimsRefusal: undefined,
    headerNames: [],
    headerValues: [],
    subject: undefined,
    clientId: undefined,
    consumerName: undefined,
    groups: undefined,
    credentialId: undefined,
    credentialHeader: undefined,
    groupsHeader: undefined,
  };
}

function derive(this: void, entry: Entry, plan: Plan): Standing {
  const claims = decodeClaims(entry.claims);
  if (claims === undefined) return unreadable();
  const [confirmation, unconfirmable] = confirmationOf(claims);
  const bound = confirmation ?? NOT_BOUND;
  const { exp, nbf, malformed } = validityOf(claims);
  const { headerNames, headerValues } = upstreamHeadersOf(claims, plan.upstream);
  const groups = groupsOf(claims, plan);
  const credentialId = credentialIdOf(claims, plan);
  return {
    exp,
    nbf,
    malformed,
    authenticated: authenticationTimeOf(claims),
    bound,
    bindingRefusal: unconfirmable ?? refuseBinding(claims, bound, plan),
    claimsRefusal: refuseByClaims(claims, plan.rules),
    headerNames,
    headerValues,
    subject: nameText(claims["sub"]),
    clientId: clientIdOf(claims),
    consumerName: consumerNameOf(claims, plan),
    groups,
    credentialId,
    credentialHeader: headerText(credentialId),
    groupsHeader: groupsHeaderOf(groups),
  };
}

/** The standing of an entry under a configuration. */
export function standingOf(this: void, entry: Entry, plan: Plan): Standing {
  const known = attached(plan.standings, entry);
  if (known !== undefined) return known;
  const standing = derive(entry, plan);
  attach(plan.standings, entry, standing);
  return standing;
}
