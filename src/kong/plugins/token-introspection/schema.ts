import * as typedefs from "kong.db.schema.typedefs";
import { NEEDS, checkIntrospectionRequest, checkUpstreamHeaders } from "./settings-checks";
import { settings } from "./settings";

const entityChecks: Kong.EntityCheck[] = [
  { at_least_one_of: ["config.introspection_endpoint", "config.issuer"] },
  { mutually_required: ["config.client_certificate", "config.client_key"] },
  {
    custom_entity_check: {
      field_sources: ["config.upstream_headers_prefix", "config.custom_claims_forward", "config.upstream_headers"],
      run_with_missing_fields: true,
      fn: checkUpstreamHeaders,
    },
  },
  {
    custom_entity_check: {
      field_sources: [
        "config.client_auth",
        "config.introspection_endpoint",
        "config.introspection_headers",
        "config.introspection_args",
        "config.token_header",
        "config.certificate_header",
      ],
      run_with_missing_fields: true,
      fn: checkIntrospectionRequest,
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
