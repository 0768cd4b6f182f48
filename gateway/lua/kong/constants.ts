/** The part of Kong's constants that plugins look up, under Kong's names. */
const constants = {
  HEADERS: {
    CONSUMER_ID: "X-Consumer-ID",
    CONSUMER_CUSTOM_ID: "X-Consumer-Custom-ID",
    CONSUMER_USERNAME: "X-Consumer-Username",
    CREDENTIAL_IDENTIFIER: "X-Credential-Identifier",
    AUTHENTICATED_GROUPS: "X-Authenticated-Groups",
    CONSUMER_GROUPS: "X-Consumer-Groups",
    ANONYMOUS: "X-Anonymous-Consumer",
    FORWARDED_FOR: "X-Forwarded-For",
    FORWARDED_PROTO: "X-Forwarded-Proto",
    FORWARDED_HOST: "X-Forwarded-Host",
    FORWARDED_PORT: "X-Forwarded-Port",
    FORWARDED_PATH: "X-Forwarded-Path",
    FORWARDED_PREFIX: "X-Forwarded-Prefix",
    REAL_IP: "X-Real-IP",
    REQUEST_ID: "X-Kong-Request-Id",
    UPSTREAM_LATENCY: "X-Kong-Upstream-Latency",
    PROXY_LATENCY: "X-Kong-Proxy-Latency",
    RESPONSE_LATENCY: "X-Kong-Response-Latency",
    UPSTREAM_STATUS: "X-Kong-Upstream-Status",
    SERVER: "Server",
    VIA: "Via",
  },
  RESPONSE_SOURCE: {
    TYPES: { EXIT: "exit", SERVICE: "service", ERROR: "error" },
    NAMES: { exit: "kong", error: "kong", service: "upstream" },
  },
  PROTOCOLS: ["grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp", "ws", "wss"],
  PROTOCOLS_WITH_SUBSYSTEM: {
    http: "http",
    https: "http",
    tcp: "stream",
    tls: "stream",
    udp: "stream",
    tls_passthrough: "stream",
    grpc: "http",
    grpcs: "http",
  },
  DATABASE: { DAO_MAX_TTL: 100 * 365 * 86400 },
};

export = constants;
