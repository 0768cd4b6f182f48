/** TLS terminators as they stand in front of Kong: each verifies nothing, asks for a certificate and passes it in its usual form. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { TestPki } from "../../support/pki.ts";
import { freePorts } from "../../support/ports.ts";
import { until } from "../../support/until.ts";

/** What a terminator is told. */
export interface Place {
  readonly pki: TestPki;
  /** Where it listens. */
  readonly port: number;
  /** Where it sends requests to: without TLS, save for `passthrough`. */
  readonly gatewayPort: number;
  /** A directory of its own. */
  readonly directory: string;
}

export interface TerminatorKind {
  readonly name: string;
  /** The setting that fits; each must work with `auto` too. */
  readonly format: "pem_urlencoded" | "rfc9440" | "xfcc" | "der_base64";
  /** The header's name; `X-Client-Cert` where the terminator lets one choose. */
  readonly header: string;
  /** The program, by its name on PATH or in Debian's folder for servers. */
  readonly program: string;
  readonly files: (place: Place) => Readonly<Record<string, string>>;
  readonly args: (place: Place) => readonly string[];
}

export interface Terminator {
  readonly port: number;
  stop(): Promise<void>;
}

const FOLDERS = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/bin"];

/** Path of a program; undefined when it is not installed. */
export function pathOf(program: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

function nginxConf({ pki, port, gatewayPort, directory }: Place, own: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `  ${name}_temp_path ${directory}/${name};`,
  );
  return `daemon off;
master_process off;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events { worker_connections 256; }
http {
  access_log off;
${temporary.join("\n")}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${pki.gateway.certificate};
    ssl_certificate_key ${pki.gateway.key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_verify_client optional_no_ca;
    location / {
      proxy_pass http://127.0.0.1:${gatewayPort};
      proxy_set_header Host $http_host;
      ${own}
    }
  }
}
`;
}

/** HAProxy wants certificate and key in one file; `keyed.pem` is written beside the configuration. */
function haproxyConf({ port, gatewayPort, directory, pki }: Place, own: string): string {
  return `global
  ca-base /
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend tls
  bind 127.0.0.1:${port} ssl crt ${directory}/keyed.pem verify optional ca-file ${pki.ca.certificate} crt-ignore-err all ca-ignore-err all
  ${own}
  default_backend kong
backend kong
  server kong 127.0.0.1:${gatewayPort}
`;
}

const HAPROXY_CLEAR = "http-request del-header ^x[-_]client[-_]cert$ -m reg";

export const KINDS: readonly TerminatorKind[] = [
  {
    name: "nginx",
    format: "pem_urlencoded",
    header: "X-Client-Cert",
    program: "nginx",
    files: (place) => ({ "nginx.conf": nginxConf(place, "proxy_set_header X-Client-Cert $ssl_client_escaped_cert;") }),
    args: ({ directory }) => ["-p", directory, "-c", join(directory, "nginx.conf"), "-e", join(directory, "start.log")],
  },
  {
    name: "HAProxy, Base64 of the DER",
    format: "der_base64",
    header: "X-Client-Cert",
    program: "haproxy",
    files: (place) => ({
      "haproxy.cfg": haproxyConf(
        place,
        `${HAPROXY_CLEAR}\n  http-request set-header X-Client-Cert %[ssl_c_der,base64] if { ssl_c_used }`,
      ),
    }),
    args: ({ directory }) => ["-db", "-f", join(directory, "haproxy.cfg")],
  },
  {
    name: "HAProxy, RFC 9440",
    format: "rfc9440",
    header: "Client-Cert",
    program: "haproxy",
    files: (place) => ({
      "haproxy.cfg": haproxyConf(
        place,
        "http-request del-header ^client[-_]cert([-_]chain)?$ -m reg\n  http-request set-header Client-Cert :%[ssl_c_der,base64]: if { ssl_c_used }",
      ),
    }),
    args: ({ directory }) => ["-db", "-f", join(directory, "haproxy.cfg")],
  },
  {
    name: "Apache",
    format: "pem_urlencoded",
    header: "X-Client-Cert",
    program: "apache2",
    files: ({ pki, port, gatewayPort, directory }) => ({
      "apache.conf": `ServerRoot /usr/lib/apache2
ServerName localhost
PidFile ${directory}/apache.pid
DefaultRuntimeDir ${directory}
Mutex file:${directory} default
ErrorLog ${directory}/error.log
Listen 127.0.0.1:${port}
${["mpm_event", "authz_core", "headers", "proxy", "proxy_http", "socache_shmcb", "ssl"].map((name) => `LoadModule ${name}_module modules/mod_${name}.so`).join("\n")}
<VirtualHost 127.0.0.1:${port}>
  SSLEngine on
  SSLCertificateFile ${pki.gateway.certificate}
  SSLCertificateKeyFile ${pki.gateway.key}
  SSLVerifyClient optional_no_ca
  SSLOptions +ExportCertData
  RequestHeader unset X-Client-Cert
  RequestHeader set X-Client-Cert "%{SSL_CLIENT_CERT}s" "expr=-n %{SSL_CLIENT_CERT}"
  ProxyPreserveHost On
  ProxyPass / http://127.0.0.1:${gatewayPort}/
</VirtualHost>
`,
    }),
    args: ({ directory }) => ["-f", join(directory, "apache.conf"), "-DFOREGROUND"],
  },
  {
    name: "Caddy",
    format: "der_base64",
    header: "X-Client-Cert",
    program: "caddy",
    files: ({ pki, port, gatewayPort }) => ({
      Caddyfile: `{
  admin off
  auto_https off
  skip_install_trust
}
https://localhost:${port} {
  bind 127.0.0.1
  tls ${pki.gateway.certificate} ${pki.gateway.key} {
    client_auth {
      mode request
    }
  }
  reverse_proxy 127.0.0.1:${gatewayPort} {
    header_up X-Client-Cert {http.request.tls.client.certificate_der_base64}
    header_up -X_Client_Cert
  }
}
`,
    }),
    args: ({ directory }) => ["run", "--adapter", "caddyfile", "--config", join(directory, "Caddyfile")],
  },
];

/** Envoy, where it is installed; Debian has none. */
export const ENVOY: TerminatorKind = {
  name: "Envoy",
  format: "xfcc",
  header: "X-Forwarded-Client-Cert",
  program: "envoy",
  files: ({ pki, port, gatewayPort }) => ({
    "envoy.yaml": `static_resources:
  listeners:
    - address: { socket_address: { address: 127.0.0.1, port_value: ${port} } }
      filter_chains:
        - transport_socket:
            name: envoy.transport_sockets.tls
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
              require_client_certificate: false
              common_tls_context:
                tls_certificates:
                  - certificate_chain: { filename: "${pki.gateway.certificate}" }
                    private_key: { filename: "${pki.gateway.key}" }
                validation_context:
                  trusted_ca: { filename: "${pki.ca.certificate}" }
                  trust_chain_verification: ACCEPT_UNTRUSTED
          filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: tls
                forward_client_cert_details: SANITIZE_SET
                set_current_client_cert_details: { cert: true, subject: true }
                common_http_protocol_options: { headers_with_underscores_action: DROP_HEADER }
                http_filters:
                  - name: envoy.filters.http.router
                    typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
                route_config:
                  virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes: [{ match: { prefix: "/" }, route: { cluster: kong } }]
  clusters:
    - name: kong
      type: STATIC
      load_assignment:
        cluster_name: kong
        endpoints:
          - lb_endpoints:
              - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: ${gatewayPort} } } }
`,
  }),
  args: ({ directory }) => ["-c", join(directory, "envoy.yaml"), "--disable-hot-restart", "--concurrency", "1"],
};

/** An L4 balancer that speaks PROXY protocol and leaves TLS to the gateway. */
export const PASSTHROUGH: TerminatorKind = {
  name: "HAProxy, TCP with PROXY protocol",
  format: "pem_urlencoded",
  header: "X-Client-Cert",
  program: "haproxy",
  files: ({ port, gatewayPort }) => ({
    "haproxy.cfg": `defaults
  mode tcp
  timeout connect 5s
  timeout client 30s
  timeout server 30s
listen tls
  bind 127.0.0.1:${port}
  server kong 127.0.0.1:${gatewayPort} send-proxy-v2
`,
  }),
  args: ({ directory }) => ["-db", "-f", join(directory, "haproxy.cfg")],
};

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
    socket.once("connect", () => socket.destroy());
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((done) => {
    child.once("exit", done);
    child.kill("SIGTERM");
  });
}

/** Starts a terminator; it takes connections when the promise is kept. */
export async function startTerminator(kind: TerminatorKind, pki: TestPki, gatewayPort: number): Promise<Terminator> {
  const program = pathOf(kind.program);
  if (program === undefined)
    throw new Error(`${kind.program} is not installed. Debian: apt-get install nginx haproxy apache2-bin caddy`);
  const directory = await mkdtemp(join(tmpdir(), "terminator-"));
  const [port = 0] = await freePorts(1);
  const place: Place = { pki, port, gatewayPort, directory };
  const [certificate, key] = await Promise.all([readFile(pki.gateway.certificate), readFile(pki.gateway.key)]);
  await writeFile(join(directory, "keyed.pem"), Buffer.concat([certificate, key]));
  for (const [name, text] of Object.entries(kind.files(place))) await writeFile(join(directory, name), text);
  const environment = { ...process.env, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory };
  const child = spawn(program, kind.args(place), { stdio: ["ignore", "pipe", "pipe"], env: environment });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  child.once("error", (cause) => (said += String(cause)));
  const stop = async (): Promise<void> => {
    await ended(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await until(`${kind.name} takes connections`, async () => {
      if (child.exitCode !== null) throw new Error(`${kind.name} ended: ${said}`);
      return accepts(port);
    });
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { port, stop };
}
