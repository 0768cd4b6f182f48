/** The ways in which TLS terminators write a certificate into a header. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Identity } from "../../../demo/pki.ts";

export function certificateOf(identity: Identity): X509Certificate {
  return new X509Certificate(readFileSync(identity.certificate));
}

/** All but unreserved characters: nginx's `$ssl_client_escaped_cert`. */
export function nginxEscaped(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      /[\w.~-]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
    )
    .join("");
}

function base64(identity: Identity): string {
  return certificateOf(identity).raw.toString("base64");
}

function pem(identity: Identity): string {
  return certificateOf(identity).toString();
}

export type Writer = (leaf: Identity, ...chain: Identity[]) => string;

export const FORMATS = {
  nginx: (leaf, ...chain) => nginxEscaped([leaf, ...chain].map(pem).join("")),
  /** "URL-encoded PEM format, with +=/ as safe characters" (AWS, X-Amzn-Mtls-Clientcert-Leaf). */
  aws: (leaf, ...chain) =>
    [leaf, ...chain]
      .map(pem)
      .join("")
      .replace(/[^\w.~+=/-]/g, (character) => encodeURIComponent(character)),
  /** Apache's mod_headers writes spaces for line feeds. */
  apache: (leaf, ...chain) => [leaf, ...chain].map(pem).join("").trimEnd().replaceAll("\n", " "),
  /** Traefik's passTLSClientCert: Base64 without armour, commas between. */
  traefik: (leaf, ...chain) => [leaf, ...chain].map(base64).join(","),
  traefik2: (leaf, ...chain) => [leaf, ...chain].map((each) => encodeURIComponent(base64(each))).join(","),
  rfc9440: (leaf) => `:${base64(leaf)}:`,
  der: (leaf) => base64(leaf),
  xfccCert: (leaf) =>
    `By=spiffe://demo/gateway;Cert="${nginxEscaped(pem(leaf))}";Subject="CN=client1,O=Callista Enterprise AB";URI=`,
  xfccHash: (leaf) =>
    `By=spiffe://demo/gateway;Hash=${certificateOf(leaf).fingerprint256.replaceAll(":", "").toLowerCase()};Subject="CN=a;\\"b\\",c"`,
  xfccBoth: (leaf, ...chain) =>
    `Hash=${certificateOf(leaf).fingerprint256.replaceAll(":", "").toLowerCase()};Cert="${nginxEscaped(pem(leaf))}";Chain="${nginxEscaped([leaf, ...chain].map(pem).join(""))}"`,
} as const satisfies Record<string, Writer>;
