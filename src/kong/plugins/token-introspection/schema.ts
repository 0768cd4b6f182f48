import * as typedefs from "kong.db.schema.typedefs";
import {
  NEEDS,
  checkCertificateAndKey,
  checkCredentialHeaders,
  checkEndpoint,
  checkIntrospectionRequest,
  checkUpstreamHeaders,
} from "./settings-checks";
import { settings } from "./settings";

/**
 * Kong leaves a check out where one of its fields holds a reference to a vault: so each has those fields only that it needs, and one that must be made all the
 * same has the whole of `config` for its field.
 */
const entityChecks: Kong.EntityCheck[] = [
  { at_least_one_of: ["config.introspection_endpoint", "config.issuer"] },
  {
    custom_entity_check: {
      field_sources: ["config"],
      run_with_missing_fields: true,
      run_with_invalid_fields: true,
      fn: checkCertificateAndKey,
    },
  },
  {
    custom_entity_check: {
      field_sources: ["config.upstream_headers_prefix", "config.custom_claims_forward", "config.upstream_headers"],
      run_with_missing_fields: true,
      fn: checkUpstreamHeaders,
    },
  },
  {
    custom_entity_check: {
      field_sources: ["config.client_auth", "config.introspection_headers", "config.introspection_args"],
      run_with_missing_fields: true,
      fn: checkIntrospectionRequest,
    },
  },
  {
    custom_entity_check: {
      field_sources: ["config.client_auth", "config.introspection_endpoint"],
      run_with_missing_fields: true,
      fn: checkEndpoint,
    },
  },
  {
    custom_entity_check: {
      field_sources: ["config.token_header", "config.certificate_header"],
      run_with_missing_fields: true,
      fn: checkCredentialHeaders,
    },
  },
];
for (const need of NEEDS) entityChecks.push(need);

/** Kong's schema of the plugin. The settings themselves stand in settings.ts; here stands what must hold between them. */
const schema = {
  name: "token-introspection",
  fields: [
    { consumer: typedefs.no_consumer },
    { protocols: typedefs.protocols_http },
    { config: { type: "record", fields: settings } },
  ],
  entity_checks: entityChecks,
} as const satisfies Kong.PluginSchema;

export = schema;
