import { parse_pem_cert, parse_pem_priv_key } from "ngx.ssl";
import * as privateKeys from "resty.openssl.pkey";
import * as certificates from "resty.openssl.x509";
import { createMemo, recall, remember } from "./memo";
import { printable } from "./printable";
import type { Question } from "./question";

const find = string.find;

/** Certificate and key for TLS client authentication towards the authorization server, parsed. */
export interface ClientCertificate {
  readonly certificate: OpenResty.CData;
  readonly key: OpenResty.CData;
}

const parsed = createMemo<ClientCertificate>(100, 4 * 1024 * 1024);

/** Raises when the key is not the certificate's: found here, it is a mistake in the settings, and not one of the server. */
function belongTogether(this: void, certificatePem: string, keyPem: string): void {
  const [certificate] = certificates.new(certificatePem, "PEM");
  const [key] = privateKeys.new(keyPem, { format: "PEM", type: "pr" });
  if (certificate === undefined || key === undefined || !certificate.check_private_key(key)[0]) error("no pair", 0);
}

type Parsed = LuaMultiReturn<[OpenResty.CData] | [undefined, string]>;

/** Reads a certificate, with the chain that may follow it. @returns undefined and what is wrong. */
function parseCertificate(this: void, pem: string): Parsed {
  const [certificate, message] = parse_pem_cert(pem);
  if (certificate === undefined) return $multi(undefined, "is not a PEM certificate: " + printable(message ?? ""));
  return $multi(certificate);
}

/** Reads a private key. @returns undefined and what is wrong, without any part of the key. */
function parseKey(this: void, pem: string): Parsed {
  // OpenSSL would ask for the passphrase on the terminal.
  if (find(pem, "ENCRYPTED", 1, true)[0] !== undefined)
    return $multi(undefined, "is a key with a passphrase: store it without one");
  const [key, message] = parse_pem_priv_key(pem);
  if (key === undefined) return $multi(undefined, "is not a PEM private key: " + printable(message ?? ""));
  return $multi(key);
}

/**
 * The client certificate of a question; parsed once for the worker.
 * @returns undefined alone: none is configured; undefined and what is wrong with it, without any part of the key.
 */
export function clientCertificateOf(
  this: void,
  question: Question,
): LuaMultiReturn<[ClientCertificate | undefined, undefined] | [undefined, string]> {
  const { client_certificate: certificatePem, client_key: keyPem } = question;
  if (certificatePem === undefined && keyPem === undefined) return $multi(undefined, undefined);
  // The schema does not see what is behind a reference to a vault.
  if (certificatePem === undefined) return $multi(undefined, "client_key is set, and client_certificate is not");
  if (keyPem === undefined) return $multi(undefined, "client_certificate is set, and client_key is not");
  const text = certificatePem.length + ":" + certificatePem + keyPem;
  const known = recall(parsed, text);
  if (known !== undefined) return $multi(known, undefined);
  const [certificate, certificateWrong] = parseCertificate(certificatePem);
  if (certificate === undefined) return $multi(undefined, "client_certificate " + (certificateWrong ?? ""));
  const [key, keyWrong] = parseKey(keyPem);
  if (key === undefined) return $multi(undefined, "client_key " + (keyWrong ?? ""));
  if (!pcall(belongTogether, certificatePem, keyPem)[0])
    return $multi(undefined, "client_key is not the key of client_certificate");
  const pair: ClientCertificate = { certificate, key };
  remember(parsed, text, pair);
  return $multi(pair, undefined);
}
