/** Certificates: those of the demo, and bad ones. Made once, in .test/, which git ignores. */
import { execFile } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { issueCertificate, makePki, type Identity, type Pki } from "../../demo/pki.ts";
import { REPOSITORY } from "../gateways/files.ts";

export interface TestPki extends Pki {
  /** Server certificates that a client must refuse. */
  readonly wrongName: Identity;
  readonly expired: Identity;
  readonly fromForeignCa: Identity;
  /** A client of ours whose organisation needs escapes: `A, "B" + C; D\E`. */
  readonly oddName: Identity;
  /** A client whose certificate's DER is a multiple of 48 bytes: every line of its PEM is full. */
  readonly fullLines: Identity;
  /** An authority, and a client of another one that has the same name and another key; its certificate does not say which key. */
  readonly namesake: Identity;
  readonly impostor: Identity;
}

const run = promisify(execFile);

/** Signs a certificate again, as one that ended yesterday. */
async function expire(valid: Identity, issuer: Identity, certificate: string): Promise<void> {
  const request = `${certificate}.csr`;
  const kept = ["-copy_extensions", "copyall"];
  await run("openssl", [
    "x509",
    "-x509toreq",
    "-in",
    valid.certificate,
    "-signkey",
    valid.key,
    ...kept,
    "-out",
    request,
  ]);
  const signing = ["-CA", issuer.certificate, "-CAkey", issuer.key, "-days", "-1"];
  await run("openssl", ["x509", "-req", "-in", request, ...signing, ...kept, "-out", certificate]);
}

/** Makes certificates until one has the length: the signature's differs from one to the next. */
async function issueFullLines(directory: string, issuer: Identity): Promise<Identity> {
  let padding = 0;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const subject = `/CN=${"x".repeat(1 + padding)}`;
    const made = await issueCertificate(directory, { name: "full-lines", use: "client", issuer, subject });
    const rest = new X509Certificate(await readFile(made.certificate)).raw.length % 48;
    if (rest === 0) return made;
    padding = (padding + 48 - rest) % 48;
  }
  throw new Error("no certificate of that length in a hundred");
}

/** `x509 -req` leaves the issuer's key identifier out, so that only the signature tells the two authorities of one name apart. */
async function issueImpostor(directory: string): Promise<void> {
  const authority = { use: "authority", subject: "/CN=Namesake" } as const;
  await issueCertificate(directory, { ...authority, name: "namesake" });
  const issuer = await issueCertificate(directory, { ...authority, name: "impostor-ca" });
  const { certificate, key } = extraIn(directory).impostor;
  const request = `${certificate}.csr`;
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", key];
  const config = ["-config", join(directory, "openssl.cnf")];
  await run("openssl", ["req", "-new", ...newKey, ...config, "-subj", "/CN=impostor", "-out", request]);
  const signing = ["-CA", issuer.certificate, "-CAkey", issuer.key, "-days", "30"];
  await run("openssl", ["x509", "-req", "-in", request, ...signing, "-out", certificate]);
}

type Extra = Omit<TestPki, keyof Pki>;

function extraIn(directory: string): Extra {
  const identity = (name: string): Identity => ({
    certificate: join(directory, `${name}.crt`),
    key: join(directory, `${name}.key`),
  });
  return {
    wrongName: identity("wrong-name"),
    expired: identity("expired"),
    fromForeignCa: identity("foreign-server"),
    oddName: identity("odd-name"),
    fullLines: identity("full-lines"),
    namesake: identity("namesake"),
    impostor: identity("impostor"),
  };
}

async function makeExtra(directory: string, pki: Pki): Promise<void> {
  await copyFile(join(pki.directory, "openssl.cnf"), join(directory, "openssl.cnf"));
  const server = { use: "server", subject: "/O=Demo/CN=server" } as const;
  const localhost = "DNS:localhost,IP:127.0.0.1";
  const [, valid] = await Promise.all([
    issueCertificate(directory, {
      ...server,
      name: "wrong-name",
      issuer: pki.ca,
      alternativeNames: "DNS:other.example",
    }),
    issueCertificate(directory, { ...server, name: "expired", issuer: pki.ca, alternativeNames: localhost }),
    issueCertificate(directory, {
      ...server,
      name: "foreign-server",
      issuer: pki.foreignCa,
      alternativeNames: localhost,
    }),
    issueCertificate(directory, {
      name: "odd-name",
      use: "client",
      issuer: pki.ca,
      subject: '/O=A, "B" \\+ C; D\\\\E/CN=odd',
    }),
    issueFullLines(directory, pki.ca),
    issueImpostor(directory),
  ]);
  await expire(valid, pki.ca, valid.certificate);
}

/**
 * Makes what is missing. The bad ones lie in a directory that bears their authority's fingerprint and appears whole, so that several
 * runs at once do not disturb each other. A gateway's workers, of whatever user, may read it: the keys are nobody's.
 */
export async function testPki(): Promise<TestPki> {
  const base = join(REPOSITORY, ".test");
  await mkdir(base, { recursive: true });
  const pki = await makePki(join(base, "pki"));
  await chmod(pki.gateway.key, 0o644);
  const { fingerprint256 } = new X509Certificate(await readFile(pki.ca.certificate));
  const directory = join(base, `pki-more-${fingerprint256.replaceAll(":", "").slice(0, 16)}`);
  if (!existsSync(directory)) {
    const unfinished = await mkdtemp(join(base, "unfinished-"));
    await chmod(unfinished, 0o755);
    await makeExtra(unfinished, pki);
    await rename(unfinished, directory).catch(async (cause: NodeJS.ErrnoException) => {
      // Another run was faster.
      if (cause.code !== "ENOTEMPTY" && cause.code !== "EEXIST") throw cause;
      await rm(unfinished, { recursive: true });
    });
  }
  return { ...pki, ...extraIn(directory) };
}

/** A certificate's SHA-256 thumbprint as in `x5t#S256` (RFC 8705 §3.1). */
export async function thumbprintOf(identity: Identity): Promise<string> {
  const { raw } = new X509Certificate(await readFile(identity.certificate));
  return createHash("sha256").update(raw).digest("base64url");
}

/** A certificate as PEM. */
export function pemOf(identity: Identity): Promise<string> {
  return readFile(identity.certificate, "utf8");
}

/** A certificate as Base64 of its DER. */
export async function derBase64Of(identity: Identity): Promise<string> {
  return new X509Certificate(await readFile(identity.certificate)).raw.toString("base64");
}
