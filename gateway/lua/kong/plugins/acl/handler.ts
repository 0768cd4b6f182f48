/** A small acl: the groups of the consumer, or those that another plugin left in kong.ctx.shared.authenticated_groups. */
import constants = require("../../constants");
import { groupsOf } from "../../../gateway/consumers";

interface Config {
  allow?: string[];
  deny?: string[];
  hide_groups_header: boolean;
  always_use_authenticated_groups: boolean;
}

interface Client {
  get_consumer(this: void): Consumer | undefined;
  get_credential(this: void): Dict | undefined;
}

function intersects(first: string[], second: string[]): boolean {
  for (const one of first) {
    for (const other of second) {
      if (one === other) return true;
    }
  }
  return false;
}

function refuse(credential: Dict | undefined): never {
  if (credential === undefined) return kong.response.error(401);
  return kong.response.error(403, "You cannot consume this service");
}

function access(this: unknown, config: Config): void {
  const client = kong.client as unknown as Client;
  const credential = client.get_credential();
  const consumer = client.get_consumer()?.id ?? (credential?.consumer_id as string | undefined);
  const shared = kong.ctx.shared.authenticated_groups;
  const authenticated = type(shared) === "table" ? (shared as string[]) : undefined;
  const denies = config.deny !== undefined && config.deny.length > 0;
  let groups: string[];
  let header = constants.HEADERS.AUTHENTICATED_GROUPS;
  if (
    authenticated !== undefined &&
    (consumer === undefined || credential === undefined || config.always_use_authenticated_groups)
  ) {
    groups = authenticated;
  } else if (consumer === undefined) {
    refuse(credential);
  } else {
    groups = groupsOf(consumer);
    header = constants.HEADERS.CONSUMER_GROUPS;
    if (groups.length === 0 && !denies) refuse(credential);
  }
  const member = intersects((denies ? config.deny : config.allow) ?? [], groups);
  if (member === denies) kong.response.error(403, "You cannot consume this service");
  if (!config.hide_groups_header) kong.service.request.set_header(header, table.concat(groups, ", "));
}

const handler = { PRIORITY: 950, VERSION: "3.9.1", access };

export = handler;
