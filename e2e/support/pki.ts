/** Certificates: those of the demo, and bad ones. Made once, in .test/, which git ignores. */
import { execFile } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { chmod, mkdir, readFile } from "node:fs/promises";
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
}

const run = promisify(execFile);

/** Signs a certificate again, as one that ended yesterday. */
async function expire(valid: Identity, issuer: Identity, certificate: string): Promise<Identity> {
  const request = `${certificate}.csr`;
  const kept = ["-copy_extensions", "copyall"];
  await run("openssl", ["x509", "-x509toreq", "-in", valid.certificate, "-signkey", valid.key, ...kept, "-out", request]);
  const signing = ["-CA", issuer.certificate, "-CAkey", issuer.key, "-days", "-1"];
  await run("openssl", ["x509", "-req", "-in", request, ...signing, ...kept, "-out", certificate]);
  return { certificate, key: valid.key };
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

/** Makes what is missing. A gateway's workers, of whatever user, may read it: the keys are nobody's. */
export async function testPki(): Promise<TestPki> {
  const directory = join(REPOSITORY, ".test", "pki");
  await mkdir(directory, { recursive: true });
  const pki = await makePki(directory);
  await chmod(pki.gateway.key, 0o644);
  const server = { use: "server", subject: "/O=Demo/CN=server" } as const;
  const localhost = "DNS:localhost,IP:127.0.0.1";
  const [wrongName, valid, fromForeignCa, oddName, fullLines] = await Promise.all([
    issueCertificate(directory, { ...server, name: "wrong-name", issuer: pki.ca, alternativeNames: "DNS:other.example" }),
    issueCertificate(directory, { ...server, name: "valid", issuer: pki.ca, alternativeNames: localhost }),
    issueCertificate(directory, { ...server, name: "foreign-server", issuer: pki.foreignCa, alternativeNames: localhost }),
    issueCertificate(directory, {
      name: "odd-name",
      use: "client",
      issuer: pki.ca,
      subject: '/O=A, "B" \\+ C; D\\\\E/CN=odd',
    }),
    issueFullLines(directory, pki.ca),
  ]);
  const expired = await expire(valid, pki.ca, join(directory, "expired.crt"));
  return { ...pki, wrongName, expired, fromForeignCa, oddName, fullLines };
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
