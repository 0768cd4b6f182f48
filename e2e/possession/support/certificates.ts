/** Certificates beside those of every test: below intermediates, out of their time, for another purpose, with names that need escapes. */
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { issueCertificate, type CertificateRequest, type Identity } from "../../../demo/pki.ts";
import { REPOSITORY } from "../../gateways/files.ts";
import { testPki } from "../../support/pki.ts";

export interface Certificates {
  /** Authority below the demo's own. */
  readonly intermediate: Identity;
  /** A client below it; the second member sends the intermediate certificate along. */
  readonly belowIntermediate: Identity;
  readonly withIntermediate: Identity;
  /** Authorities each below the one before, the first below the demo's own, and a client below the last that sends all of them. */
  readonly deep: readonly Identity[];
  readonly belowDeep: Identity;
  /** A client below the ninth of them, which sends what lies between. */
  readonly belowNinth: Identity;
  /** Clients of the demo's authority. */
  readonly expired: Identity;
  readonly notYetValid: Identity;
  /** A certificate for servers only. */
  readonly forServers: Identity;
  /** No extended key usage: it says nothing of what it is for. */
  readonly forAnything: Identity;
  /** A client below a client's certificate, which is no authority; sends it along. */
  readonly belowClient: Identity;
  /** An authority whose time is over, and a client of it. */
  readonly expiredAuthority: Identity;
  readonly belowExpiredAuthority: Identity;
  /** Clients whose subjects need escapes; `names` are what they hold. */
  readonly names: readonly NamedIdentity[];
}

export interface NamedIdentity extends Identity {
  readonly name: string;
  readonly commonName: string | undefined;
  readonly organization: string | undefined;
}

const run = promisify(execFile);
const DAY_MS = 86_400_000;

/** How many authorities lie between the demo's own and `belowDeep`: one more than mtls-auth reads. */
export const DEEP = 10;

const directory = join(REPOSITORY, ".test", "pki-possession");

function identity(name: string): Identity {
  return { certificate: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) };
}

function issue(request: CertificateRequest): Promise<Identity> {
  return issueCertificate(directory, request);
}

/** `-days` of openssl's `x509` counts from now, so other times need its `ca`. */
async function issueAt(
  name: string,
  subject: string,
  issuer: Identity,
  times: [start: string, end: string],
  extensions: string,
): Promise<Identity> {
  const made = identity(name);
  const folder = join(directory, `ca-${name}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "index"), "");
  await writeFile(join(folder, "serial"), "1000\n");
  const configuration =
    `[ca]\ndefault_ca=own\n[own]\ndatabase=${folder}/index\nserial=${folder}/serial\nnew_certs_dir=${folder}\n` +
    `default_md=sha256\npolicy=any\nx509_extensions=own_extensions\nstring_mask=utf8only\npreserve=yes\n` +
    `[any]\ncommonName=optional\norganizationName=optional\n[own_extensions]\n${extensions}\n` +
    `[req]\ndistinguished_name=dn\n[dn]\n`;
  const file = join(folder, "openssl.cnf");
  await writeFile(file, configuration);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", made.key];
  await run("openssl", [
    "req",
    "-new",
    "-utf8",
    "-config",
    file,
    ...key,
    "-subj",
    subject,
    "-out",
    `${made.certificate}.csr`,
  ]);
  const [start, end] = times;
  const signing = ["-cert", issuer.certificate, "-keyfile", issuer.key, "-startdate", start, "-enddate", end];
  await run("openssl", [
    "ca",
    "-batch",
    "-notext",
    "-config",
    file,
    "-in",
    `${made.certificate}.csr`,
    ...signing,
    "-out",
    made.certificate,
  ]);
  return made;
}

/** The same client, sending these certificates behind its own. */
async function sending(client: Identity, name: string, more: readonly Identity[]): Promise<Identity> {
  const file = join(directory, `${name}.chain.crt`);
  const parts = await Promise.all([client, ...more].map(({ certificate }) => readFile(certificate, "utf8")));
  await writeFile(file, parts.join(""));
  return { certificate: file, key: client.key };
}

const NAMES: readonly { name: string; subject: string; commonName?: string; organization?: string }[] = [
  {
    name: "separators",
    subject: '/O=A, "B" \\+ C; D\\\\E/CN=x, O=Somebody Else, y',
    commonName: "x, O=Somebody Else, y",
    organization: 'A, "B" + C; D\\E',
  },
  { name: "spaces", subject: "/O= leading/CN=trailing ", commonName: "trailing ", organization: " leading" },
  { name: "sharp", subject: "/O=#sharp/CN=<a>=b", commonName: "<a>=b", organization: "#sharp" },
  {
    name: "utf-8",
    subject: "/O=Çağrı Özdemir AŞ/CN=Cem Özdemir",
    commonName: "Cem Özdemir",
    organization: "Çağrı Özdemir AŞ",
  },
  { name: "several", subject: "/O=general/O=special/CN=outer/CN=inner", commonName: "inner", organization: "special" },
  { name: "multi-valued", subject: "/O=Example/CN=both+UID=u1", commonName: "both", organization: "Example" },
  { name: "percent", subject: "/O=100%25/CN=UTF-8''x", commonName: "UTF-8''x", organization: "100%25" },
  { name: "no-name", subject: "/C=SE" },
];

const END = "complete";

async function isUsable(marker: string): Promise<boolean> {
  if (!existsSync(marker)) return false;
  const [made, root] = await Promise.all([
    readFile(identity("intermediate").certificate),
    testPki().then(({ ca }) => readFile(ca.certificate)),
  ]);
  const certificate = new X509Certificate(made);
  return (
    certificate.verify(new X509Certificate(root).publicKey) && Date.parse(certificate.validTo) > Date.now() + DAY_MS
  );
}

const CLIENT = "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth";
const AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign";
const PAST: [string, string] = ["20200101000000Z", "20210101000000Z"];
const FUTURE: [string, string] = ["20990101000000Z", "21000101000000Z"];
const ALWAYS: [string, string] = ["20200101000000Z", "21000101000000Z"];

async function make(): Promise<void> {
  const pki = await testPki();
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "openssl.cnf"), "[req]\ndistinguished_name = dn\n[dn]\n");
  const intermediate = await issue({
    name: "intermediate",
    subject: "/O=Demo/CN=Intermediate",
    use: "authority",
    issuer: pki.ca,
  });
  const below = await issue({ name: "below", subject: "/O=Demo/CN=below", use: "client", issuer: intermediate });
  await sending(below, "below", [intermediate]);
  const deep: Identity[] = [];
  for (let index = 1; index <= DEEP; index += 1) {
    const issuer = deep.at(-1) ?? pki.ca;
    deep.push(await issue({ name: `deep-${index}`, subject: `/O=Demo/CN=Deep ${index}`, use: "authority", issuer }));
  }
  const lowest = await issue({
    name: "deep-client",
    subject: "/CN=deep",
    use: "client",
    issuer: deep.at(-1) ?? pki.ca,
  });
  await sending(lowest, "deep-client", [...deep].reverse());
  const ninth = deep.slice(0, -1);
  const higher = await issue({
    name: "ninth-client",
    subject: "/CN=ninth",
    use: "client",
    issuer: ninth.at(-1) ?? pki.ca,
  });
  await sending(higher, "ninth-client", [...ninth].reverse());
  await issueAt("expired", "/CN=expired", pki.ca, PAST, CLIENT);
  await issueAt("not-yet-valid", "/CN=not yet", pki.ca, FUTURE, CLIENT);
  await issueAt("for-anything", "/CN=anything", pki.ca, ALWAYS, "basicConstraints=critical,CA:FALSE");
  await issue({ name: "for-servers", subject: "/CN=server", use: "server", issuer: pki.ca });
  const pretender = await issueAt("below-client", "/CN=pretender", pki.client1, ALWAYS, CLIENT);
  await sending(pretender, "below-client", [pki.client1]);
  const over = await issueAt("expired-authority", "/CN=Over", pki.ca, PAST, AUTHORITY);
  const late = await issueAt("below-expired-authority", "/CN=late", over, ALWAYS, CLIENT);
  await sending(late, "below-expired-authority", [over]);
  for (const { name, subject } of NAMES) {
    const key = identity(`name-${name}`);
    // openssl reads several attributes of one relative name only when it is told to.
    if (name === "multi-valued") await multiValued(key, pki.ca);
    else await issue({ name: `name-${name}`, subject, use: "client", issuer: pki.ca });
  }
}

async function multiValued(made: Identity, issuer: Identity): Promise<void> {
  const configuration = join(directory, "multi-valued.cnf");
  await writeFile(configuration, "[req]\nprompt=no\ndistinguished_name=dn\n[dn]\nO=Example\nCN=both\n+UID=u1\n");
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", made.key];
  const signing = ["-CA", issuer.certificate, "-CAkey", issuer.key, "-days", "30"];
  const extensions = ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=clientAuth"];
  await run("openssl", [
    "req",
    "-x509",
    "-config",
    configuration,
    ...key,
    ...signing,
    ...extensions,
    "-out",
    made.certificate,
  ]);
}

/** Makes what is missing. */
export async function certificates(): Promise<Certificates> {
  const marker = join(directory, END);
  if (!(await isUsable(marker))) {
    await make();
    await writeFile(`${marker}.new`, "");
    await rename(`${marker}.new`, marker);
  }
  const chain = (name: string): Identity => ({
    certificate: join(directory, `${name}.chain.crt`),
    key: identity(name).key,
  });
  return {
    intermediate: identity("intermediate"),
    belowIntermediate: identity("below"),
    withIntermediate: chain("below"),
    deep: Array.from({ length: DEEP }, (_, index) => identity(`deep-${index + 1}`)),
    belowDeep: chain("deep-client"),
    belowNinth: chain("ninth-client"),
    expired: identity("expired"),
    notYetValid: identity("not-yet-valid"),
    forServers: identity("for-servers"),
    forAnything: identity("for-anything"),
    belowClient: chain("below-client"),
    expiredAuthority: identity("expired-authority"),
    belowExpiredAuthority: chain("below-expired-authority"),
    names: NAMES.map(({ name, commonName, organization }) => ({
      ...identity(`name-${name}`),
      name,
      commonName,
      organization,
    })),
  };
}
