import { type Attachments, createAttachments } from "./attachment";
import { type Rules, rulesOf } from "./authorization";
import type { Entry } from "./cache";
import { type ClaimPath, claimPath } from "./claims";
import { beginRemembering } from "./dpop-replay";
import { renewDocuments } from "./remote-document";
import { type Question, REFERENCEABLE, questionOf } from "./question";
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
  readonly consumerClaim: ClaimPath | undefined;
  readonly credentialClaim: ClaimPath | undefined;
  readonly groupsClaim: ClaimPath | undefined;
  readonly metadata: ResourceMetadata | undefined;
  /** Where each entry stands. */
  readonly standings: Attachments<Entry, Standing>;
  /** The settings that are references, as they were; undefined: none is. */
  readonly references: LuaTable<string, string | undefined> | undefined;
}

const lower = string.lower;
const max = math.max;

/** Entries of one generation whose standing is kept, some 1 KB each. */
const MOST_STANDINGS = 131072;

const plans = setmetatable(new LuaTable<Config, Plan>(), { __mode: "k" });

function optionalPath(this: void, path: string | undefined): ClaimPath | undefined {
  return path === undefined ? undefined : claimPath(path);
}

function makePlan(this: void, config: Config): Plan {
  const references = referencesOf(config);
  return {
    question: questionOf(config),
    unresolved: unresolvedReference(references),
    rules: rulesOf(config),
    upstream: upstreamPlanOf(config),
    certificate_binding: config.certificate_binding,
    dpop: config.dpop,
    tokenHeader: lower(config.token_header),
    bareToken: lower(config.token_header) !== "authorization",
    consumerClaim: optionalPath(config.consumer_claim),
    credentialClaim: optionalPath(config.credential_claim),
    groupsClaim: optionalPath(config.groups_claim),
    metadata: resourceMetadataOf(config),
    standings: createAttachments(MOST_STANDINGS),
    references,
  };
}

/** The settings that are references to a vault: Kong keeps their list beside the settings, and rewrites them when the secret changes. */
function referencesOf(this: void, config: Config): LuaTable<string, string | undefined> | undefined {
  const named = (config as { readonly $refs?: Readonly<Record<string, unknown>> }).$refs;
  if (named === undefined) return undefined;
  let references: LuaTable<string, string | undefined> | undefined;
  for (const name of REFERENCEABLE) {
    if (named[name] !== undefined) {
      references = references ?? new LuaTable();
      // An unresolved reference may be nil, and a table has no nil.
      references.set(name, config[name] ?? "");
    }
  }
  return references;
}

/** The name of a setting whose reference Kong could not resolve: it is empty then. */
function unresolvedReference(
  this: void,
  references: LuaTable<string, string | undefined> | undefined,
): string | undefined {
  if (references === undefined) return undefined;
  for (const [name, value] of references) {
    if (value === "") return name;
  }
  return undefined;
}

function isCurrent(this: void, references: LuaTable<string, string | undefined>, config: Config): boolean {
  for (const [name, value] of references) {
    if (value !== (config[name as (typeof REFERENCEABLE)[number]] ?? "")) return false;
  }
  return true;
}

/** The plan of a configuration. */
export function planOf(this: void, config: Config): Plan {
  const known = plans.get(config) as Plan | undefined;
  if (known !== undefined && (known.references === undefined || isCurrent(known.references, config))) return known;
  const plan = makePlan(config);
  plans.set(config, plan);
  if (!told && known === undefined) heed(seenSoFar());
  return plan;
}

/** The configurations of this plugin that are in force. */
let current: readonly Config[] = [];

/** Kong tells of configurations from 3.5 on. Before, one that a request brings for the first time is the news of a change. */
let told = false;

/** The configurations that requests have brought, as long as Kong keeps them. Never kept here: the plans would then never go. */
function seenSoFar(this: void): Config[] {
  const seen: Config[] = [];
  for (const [config] of plans) seen.push(config);
  return seen;
}

/** Takes note of the configurations in force. Phase: configure. */
export function configurePlans(this: void, configs: readonly Config[] | undefined): void {
  told = true;
  current = configs ?? [];
  heed(current);
}

/** What changes with the configurations in force, whoever brings the news. */
function heed(this: void, configs: readonly Config[]): void {
  renewDocuments();
  const proofs = new LuaTable<string, number>();
  for (const { dpop, dpop_dictionary: name, dpop_max_age: maxAge, leeway } of configs) {
    if (dpop !== "off") proofs.set(name, max((proofs.get(name) as number | undefined) ?? 0, maxAge + leeway));
  }
  beginRemembering(proofs);
}

/** What the configurations in force ask. */
export function questions(this: void): Question[] {
  const asked: Question[] = [];
  for (const config of told ? current : seenSoFar()) asked.push(planOf(config).question);
  return asked;
}
