import { parse_pem_cert, parse_pem_priv_key } from "ngx.ssl";
import { createMemo, recall, remember } from "./memo";
import { printable } from "./printable";
import type { Question } from "./question";

/** Certificate and key for TLS client authentication towards the authorization server, parsed. */
export interface ClientCertificate {
  readonly certificate: OpenResty.CData;
  readonly key: OpenResty.CData;
}

const parsed = createMemo<ClientCertificate>(100, 4 * 1024 * 1024);

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
  const [certificate, certificateError] = parse_pem_cert(certificatePem);
  if (certificate === undefined) return $multi(undefined, "client_certificate is not a PEM certificate: " + printable(certificateError ?? ""));
  const [key, keyError] = parse_pem_priv_key(keyPem);
  if (key === undefined) return $multi(undefined, "client_key is not a PEM private key without a passphrase: " + printable(keyError ?? ""));
  const pair: ClientCertificate = { certificate, key };
  remember(parsed, text, pair);
  return $multi(pair, undefined);
}
