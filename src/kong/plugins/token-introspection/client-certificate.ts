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

/**
 * The client certificate of a question; parsed once for the worker.
 * @returns undefined alone: none is configured; undefined and what is wrong with it, without any part of the key.
 */
export function clientCertificateOf(
  this: void,
  question: Question,
): LuaMultiReturn<[ClientCertificate | undefined, undefined] | [undefined, string]> {
  const { client_certificate: certificatePem, client_key: keyPem } = question;
  if (certificatePem === undefined || keyPem === undefined) return $multi(undefined, undefined);
  const text = certificatePem.length + ":" + certificatePem + keyPem;
  const known = recall(parsed, text);
  if (known !== undefined) return $multi(known, undefined);
  // OpenSSL would ask for the passphrase on the terminal.
  if (find(keyPem, "ENCRYPTED", 1, true)[0] !== undefined)
    return $multi(undefined, "client_key has a passphrase: store it without one");
  const [certificate, certificateError] = parse_pem_cert(certificatePem);
  if (certificate === undefined)
    return $multi(undefined, "client_certificate is not a PEM certificate: " + printable(certificateError ?? ""));
  const [key, keyError] = parse_pem_priv_key(keyPem);
  if (key === undefined) return $multi(undefined, "client_key is not a PEM private key: " + printable(keyError ?? ""));
  if (!pcall(belongTogether, certificatePem, keyPem)[0])
    return $multi(undefined, "client_key is not the key of client_certificate");
  const pair: ClientCertificate = { certificate, key };
  remember(parsed, text, pair);
  return $multi(pair, undefined);
}
