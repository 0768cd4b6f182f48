/**
 * The demo's public key infrastructure, made with the `openssl` command: P-256 keys, certificates for 30 days.
 *
 * As a command: `npx tsx demo/pki.ts DIRECTORY`. As a module: `makePki(directory)`.
 */
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { isMainModule, reportAndExit, UserError } from "./errors.ts";

const run = promisify(execFile);

/** A certificate and its private key: paths of two PEM files. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/** What `makePki` makes. Every member is a pair of files `<name>.crt` and `<name>.key` in `directory`. */
export interface Pki {
  /** Absolute path of the directory. */
  readonly directory: string;
  /** The authority that signs everything below, save where it is said otherwise. */
  readonly ca: Identity;
  /** Server certificates for localhost and 127.0.0.1. */
  readonly gateway: Identity;
  readonly authorizationServer: Identity;
  readonly upstream: Identity;
  /** Clients of one organisation, "Callista Enterprise AB". */
  readonly client1: Identity;
  readonly client2: Identity;
  /** The resource server's own certificate, for tls_client_auth at the introspection endpoint. */
  readonly introspectionClient: Identity;
  /** A client certificate that signed itself. */
  readonly selfSigned: Identity;
  /** An authority that nobody here trusts, and a client of it that bears client1's name. */
  readonly foreignCa: Identity;
  readonly foreignClient: Identity;
  /** Keys for private_key_jwt, without certificates: RSA 2048 and P-256, PKCS #8 PEM. */
  readonly assertionRsaKey: string;
  readonly assertionEcKey: string;
}

/** What a certificate is to be. */
export interface CertificateRequest {
  /** Name of the files, without an ending. */
  readonly name: string;
  /** Distinguished name in openssl's form: `/O=Callista Enterprise AB/CN=client1`. */
  readonly subject: string;
  readonly use: "authority" | "server" | "client";
  /** Who signs; left out: it signs itself. */
  readonly issuer?: Identity;
  /** Subject alternative names in openssl's form: `DNS:localhost,IP:127.0.0.1`. */
  readonly alternativeNames?: string;
  /** Days of validity, 30 when left out. */
  readonly days?: number;
}

const USAGE = {
  authority: ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"],
  server: ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature", "extendedKeyUsage=serverAuth"],
  client: ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature", "extendedKeyUsage=clientAuth"],
} as const;

const LOCALHOST = "DNS:localhost,IP:127.0.0.1";
const ORGANISATION = "/O=Callista Enterprise AB";
const DAY_MS = 86_400_000;

async function openssl(...args: string[]): Promise<void> {
  try {
    await run("openssl", args);
  } catch (cause) {
    const { code, stderr } = cause as { code?: unknown; stderr?: string };
    if (code === "ENOENT") {
      throw new UserError("The command `openssl` is missing. Debian: apt-get install openssl");
    }
    throw new UserError(`openssl ${args[0] ?? ""} failed: ${(stderr ?? String(cause)).trim()}`);
  }
}

function identity(directory: string, name: string): Identity {
  return { certificate: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) };
}

/** Makes a key and a certificate, as `<name>.key` and `<name>.crt` in a directory that exists. Needs OpenSSL 3. */
export async function issueCertificate(directory: string, request: CertificateRequest): Promise<Identity> {
  const made = identity(directory, request.name);
  const extensions: string[] = [...USAGE[request.use]];
  if (request.alternativeNames !== undefined) extensions.push(`subjectAltName=${request.alternativeNames}`);
  await openssl(
    "req",
    ...["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-sha256", "-utf8"],
    // Without -config, openssl adds the extensions of the machine's own openssl.cnf, which say CA:TRUE.
    ...["-config", join(directory, "openssl.cnf")],
    ...["-subj", request.subject, "-days", String(request.days ?? 30)],
    ...["-keyout", made.key, "-out", made.certificate],
    ...(request.issuer === undefined ? [] : ["-CA", request.issuer.certificate, "-CAkey", request.issuer.key]),
    ...extensions.flatMap((extension) => ["-addext", extension]),
  );
  await chmod(made.key, 0o600);
  return made;
}

async function makeKey(file: string, ...algorithm: string[]): Promise<void> {
  await openssl("genpkey", ...algorithm, "-out", file);
  await chmod(file, 0o600);
}

function layout(directory: string): Pki {
  return {
    directory,
    ca: identity(directory, "ca"),
    gateway: identity(directory, "gateway"),
    authorizationServer: identity(directory, "authorization-server"),
    upstream: identity(directory, "upstream"),
    client1: identity(directory, "client1"),
    client2: identity(directory, "client2"),
    introspectionClient: identity(directory, "introspection-client"),
    selfSigned: identity(directory, "self-signed"),
    foreignCa: identity(directory, "foreign-ca"),
    foreignClient: identity(directory, "foreign-client"),
    assertionRsaKey: join(directory, "assertion-rsa.key"),
    assertionEcKey: join(directory, "assertion-ec.key"),
  };
}

/** True when an earlier run has left a whole set that is still good for a day. */
async function isUsable(pki: Pki, marker: string): Promise<boolean> {
  if (!existsSync(marker)) return false;
  const files = Object.values(pki).flatMap((entry) =>
    typeof entry === "string" ? [entry] : [(entry as Identity).certificate, (entry as Identity).key],
  );
  if (!files.every((file) => existsSync(file))) return false;
  const ca = new X509Certificate(await readFile(pki.ca.certificate));
  return Date.parse(ca.validTo) > Date.now() + DAY_MS;
}

/**
 * Makes the demo's PKI in a directory, which is created where it is missing. A complete set of an earlier run is kept as
 * long as it is valid for another day, so that a Keycloak database that knows its public keys stays good.
 *
 * @throws UserError when openssl is missing or fails.
 */
export async function makePki(directory: string): Promise<Pki> {
  const pki = layout(resolve(directory));
  const marker = join(pki.directory, "complete");
  if (await isUsable(pki, marker)) return pki;

  await mkdir(pki.directory, { recursive: true, mode: 0o755 });
  await writeFile(join(pki.directory, "openssl.cnf"), "[req]\ndistinguished_name = dn\n[dn]\n");
  const issue = (request: CertificateRequest): Promise<Identity> => issueCertificate(pki.directory, request);

  await Promise.all([
    issue({ name: "ca", subject: `${ORGANISATION}/CN=Demo CA`, use: "authority" }),
    issue({ name: "foreign-ca", subject: "/O=Somebody Else/CN=Foreign CA", use: "authority" }),
  ]);
  const server = { use: "server", issuer: pki.ca, alternativeNames: LOCALHOST } as const;
  const client = { use: "client", issuer: pki.ca } as const;
  const foreign = { use: "client", issuer: pki.foreignCa } as const;
  await Promise.all([
    issue({ ...server, name: "gateway", subject: "/O=Demo/CN=gateway" }),
    issue({ ...server, name: "authorization-server", subject: "/O=Demo/CN=authorization-server" }),
    issue({ ...server, name: "upstream", subject: "/O=Demo/CN=upstream" }),
    issue({ ...client, name: "client1", subject: `${ORGANISATION}/CN=client1` }),
    issue({ ...client, name: "client2", subject: `${ORGANISATION}/CN=client2` }),
    issue({ ...client, name: "introspection-client", subject: "/O=Demo/CN=introspection-client" }),
    issue({ name: "self-signed", subject: "/CN=self-signed", use: "client" }),
    issue({ ...foreign, name: "foreign-client", subject: `${ORGANISATION}/CN=client1` }),
    makeKey(pki.assertionRsaKey, "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
    makeKey(pki.assertionEcKey, "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
  ]);
  await writeFile(marker, "");
  return pki;
}

if (isMainModule(import.meta.url)) {
  const directory = process.argv[2];
  if (directory === undefined) {
    console.error("Usage: npx tsx demo/pki.ts DIRECTORY");
    process.exit(2);
  }
  makePki(directory).then((pki) => console.log(`PKI in ${pki.directory}`), reportAndExit);
}
