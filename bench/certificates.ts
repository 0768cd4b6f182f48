/**
 * Many client certificates, quickly: the openssl command needs twenty milliseconds for each. They differ in serial number and name and share
 * one key, which is all that the gateway's work depends on. Written as DER (X.690) after RFC 5280 section 4.1.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

export interface ClientCertificate {
  readonly certificate: string;
  readonly key: string;
  /** x5t#S256. */
  readonly thumbprint: string;
}

function element(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...contents: Buffer[]): Buffer => element(0x30, ...contents);
const identifier = (hex: string): Buffer => element(0x06, Buffer.from(hex, "hex"));
const ECDSA_WITH_SHA256 = sequence(identifier("2a8648ce3d040302"));
const COMMON_NAME = "550403";

function time(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return element(0x17, Buffer.from(`${text}Z`));
}

function name(text: string): Buffer {
  return sequence(element(0x31, sequence(identifier(COMMON_NAME), element(0x0c, Buffer.from(text)))));
}

function serial(number: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(0x10000000, 0);
  bytes.writeUInt32BE(number, 4);
  return element(0x02, bytes);
}

/** The issuer's name as its own certificate spells it: its subject, the sixth part of the signed part (RFC 5280 section 4.1). */
function subjectOf(der: Buffer): Buffer {
  const enter = (at: number): { start: number; end: number } => {
    const first = der[at + 1] ?? 0;
    const octets = first < 0x80 ? 0 : first & 0x7f;
    const length = octets === 0 ? first : der.readUIntBE(at + 2, octets);
    const start = at + 2 + octets;
    return { start, end: start + length };
  };
  // Certificate, then TBSCertificate: version, serialNumber, signature, issuer, validity, subject.
  let at = enter(enter(0).start).start;
  for (let part = 0; part < 5; part += 1) at = enter(at).end;
  return der.subarray(at, enter(at).end);
}

/** Makes a maker of client certificates of an authority: the n-th call's name is `bench-n`. */
export function certificateMaker(authority: { certificate: string; key: string }): () => ClientCertificate {
  const issuerKey = createPrivateKey(readFileSync(authority.key));
  const issuer = subjectOf(new X509Certificate(readFileSync(authority.certificate)).raw);
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const publicKey = createPublicKey(pair.privateKey).export({ type: "spki", format: "der" });
  const validity = sequence(time(new Date(Date.now() - 3_600_000)), time(new Date(Date.now() + 7 * 86_400_000)));
  let made = 0;
  return () => {
    made += 1;
    const version = element(0xa0, element(0x02, Buffer.from([2])));
    const signed = sequence(
      version,
      serial(made),
      ECDSA_WITH_SHA256,
      issuer,
      validity,
      name(`bench-${made}`),
      publicKey,
    );
    const signature = element(0x03, Buffer.from([0]), sign("sha256", signed, issuerKey));
    const der = sequence(signed, ECDSA_WITH_SHA256, signature);
    const lines = der.toString("base64").replace(/(.{64})/g, "$1\n");
    return {
      certificate: `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`,
      key,
      thumbprint: createHash("sha256").update(der).digest("base64url"),
    };
  };
}

/** A certificate that lies in files. */
export function readClientCertificate(files: { certificate: string; key: string }): ClientCertificate {
  const certificate = readFileSync(files.certificate, "utf8");
  return {
    certificate,
    key: readFileSync(files.key, "utf8"),
    thumbprint: createHash("sha256").update(new X509Certificate(certificate).raw).digest("base64url"),
  };
}
