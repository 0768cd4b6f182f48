import { type Rules, rulesOf } from "./authorization";
import type { Entry } from "./cache";
import { type ClaimPath, claimPath } from "./claims";
import { beginRemembering } from "./dpop-replay";
import { normalizedName } from "./header-names";
import { type Question, REFERENCEABLE, questionOf, unresolvedReference } from "./question";
import { type ResourceMetadata, resourceMetadataOf } from "./resource-metadata";
import type { Config } from "./settings";
import type { Standing } from "./standing";
import { type UpstreamPlan, upstreamPlanOf } from "./upstream";

/**
 * A configuration in the form that requests need: all that follows from the settings alone, computed once per configuration, and again when Kong
 * has rewritten a referenced secret.
 */
export interface Plan {
  readonly question: Question;
  /** A setting whose reference Kong could not resolve. */
  readonly unresolved: string | undefined;
  readonly rules: Rules;
  readonly upstream: UpstreamPlan;
  readonly certificate_binding: Config["certificate_binding"];
  readonly dpop: Config["dpop"];
  /** Name of the token header as `ngx.req.get_headers` lists it. */
  readonly tokenHeader: string;
  /** The token header is not Authorization, so that it may hold the bare token. */
  readonly bareToken: boolean;
  /** `upstream_headers` sets a header of that name. */
  readonly forwardsTokenHeader: boolean;
  readonly certificateHeader: string | undefined;
  readonly consumerClaim: ClaimPath | undefined;
  readonly credentialClaim: ClaimPath | undefined;
  readonly groupsClaim: ClaimPath | undefined;
  readonly metadata: ResourceMetadata | undefined;
  /** Where each entry stands; an entry that the cache has dropped is forgotten here too. */
  readonly standings: LuaTable<Entry, Standing>;
  /** The referenceable settings as they were. */
  readonly references: LuaTable<string, string | undefined>;
}

const lower = string.lower;

const plans = setmetatable(new LuaTable<Config, Plan>(), { __mode: "k" });

function optionalPath(this: void, path: string | undefined): ClaimPath | undefined {
  return path === undefined ? undefined : claimPath(path);
}

function namesHeader(this: void, headers: ReadonlyLuaMap<string, string>, wanted: string): boolean {
  for (const [name] of headers) {
    if (normalizedName(name) === normalizedName(wanted)) return true;
  }
  return false;
}

function makePlan(this: void, config: Config): Plan {
  const references = new LuaTable<string, string | undefined>();
  for (const name of REFERENCEABLE) references.set(name, config[name]);
  return {
    question: questionOf(config),
    unresolved: unresolvedReference(config),
    rules: rulesOf(config),
    upstream: upstreamPlanOf(config),
    certificate_binding: config.certificate_binding,
    dpop: config.dpop,
    tokenHeader: lower(config.token_header),
    forwardsTokenHeader:
      config.upstream_headers !== undefined && namesHeader(config.upstream_headers, config.token_header),
    bareToken: lower(config.token_header) !== "authorization",
    certificateHeader: config.certificate_header === undefined ? undefined : normalizedName(config.certificate_header),
    consumerClaim: optionalPath(config.consumer_claim),
    credentialClaim: optionalPath(config.credential_claim),
    groupsClaim: optionalPath(config.groups_claim),
    metadata: resourceMetadataOf(config),
    standings: setmetatable(new LuaTable<Entry, Standing>(), { __mode: "k" }),
    references,
  };
}

function isCurrent(this: void, plan: Plan, config: Config): boolean {
  const { references } = plan;
  for (const name of REFERENCEABLE) {
    if (references.get(name) !== config[name]) return false;
  }
  return true;
}

/** The plan of a configuration. */
export function planOf(this: void, config: Config): Plan {
  const known = plans.get(config) as Plan | undefined;
  if (known !== undefined && isCurrent(known, config)) return known;
  const plan = makePlan(config);
  plans.set(config, plan);
  return plan;
}

/** The configurations of this plugin that are in force. */
let current: readonly Config[] = [];

/** Takes note of the configurations in force. Phase: configure. */
export function configurePlans(this: void, configs: readonly Config[] | undefined): void {
  current = configs ?? [];
  for (const config of current) {
    if (config.dpop !== "off") beginRemembering(config.dpop_dictionary);
  }
}

/** What the configurations in force ask. */
export function questions(this: void): Question[] {
  const asked: Question[] = [];
  for (const config of current) asked.push(planOf(config).question);
  return asked;
}
