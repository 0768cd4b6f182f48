/**
 * Every parser that reads a client's bytes (S12): no input makes it raise, and it reads what an independent reading in Node makes of the same
 * bytes, so that there are no two interpretations. The transpiled Lua answers inside nginx.
 */
import { isUtf8 } from "node:buffer";
import { createPublicKey, type JsonWebKey } from "node:crypto";
import fc from "fast-check";
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify, type JWK } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { Identity } from "../../demo/pki.ts";
import { testPki } from "../support/pki.ts";
import { answersTo, bytes, holds, SEED, type Value } from "./properties/batch.ts";
import {
  base64urlBytes,
  certificateHeader,
  cookie,
  distinguishedName,
  isStrictObject,
  parameter,
  withLongLength,
  type Attribute,
  type Format,
} from "./properties/readers.ts";
import { certificateOf, FORMATS } from "./support/header-formats.ts";
import { certificates } from "./support/certificates.ts";
import {
  claimsOf,
  headerOf,
  newProofKey,
  proofOf,
  signed,
  tokenHash,
  type Json,
  type ProofKey,
} from "./support/proof.ts";

let identities: Identity[];
let keys: ProofKey[];

beforeAll(async () => {
  const pki = await testPki();
  const more = await certificates();
  identities = [pki.client1, pki.selfSigned, more.expired, ...more.names];
  keys = await Promise.all((["ES256", "ES384", "RS256", "PS256", "EdDSA"] as const).map(newProofKey));
});

/** A change of a text: some of it replaced by something else. */
interface Change {
  readonly at: number;
  readonly length: number;
  readonly by: string;
}

function changesBy(by: fc.Arbitrary<string>, most = 3): fc.Arbitrary<Change[]> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.oneof(fc.constant(0), fc.nat(4), fc.nat(2000)),
    by,
  });
  return fc.array(change, { maxLength: most });
}

function apply(text: string, changes: readonly Change[]): string {
  return changes.reduce((changed, { at, length, by }) => {
    const start = Math.floor(at * changed.length);
    return changed.slice(0, start) + by + changed.slice(start + length);
  }, text);
}

/** Bytes as Latin-1, and pieces that mean something to the parser. */
function pieces(...meaning: string[]): fc.Arbitrary<string> {
  const anyByte = fc.nat(255).map((code) => String.fromCharCode(code));
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...meaning) },
    { weight: 2, arbitrary: fc.string({ unit: "grapheme-ascii", maxLength: 4 }) },
    { weight: 1, arbitrary: anyByte },
  );
}

function joined(...meaning: string[]): fc.Arbitrary<string> {
  return fc.array(pieces(...meaning), { maxLength: 12 }).map((parts) => parts.join(""));
}

function same(name: string, got: unknown, wanted: unknown): string | undefined {
  return JSON.stringify(got) === JSON.stringify(wanted)
    ? undefined
    : `${name}: ${JSON.stringify(got)}, and Node reads ${JSON.stringify(wanted)}`;
}

const FORMAT_NAMES: readonly Format[] = ["auto", "pem_urlencoded", "rfc9440", "xfcc", "der_base64"];

describe("certificate headers", () => {
  const SYNTAX = [
    ":",
    ",",
    ";",
    '"',
    "\\",
    "=",
    "%",
    "%0A",
    "%2B",
    "%00",
    "+",
    "/",
    " ",
    "\t",
    "-",
    "-----BEGIN CERTIFICATE-----",
    "-----END CERTIFICATE-----",
    "Cert=",
    "Hash=",
    "hash=",
    "By=",
    "Chain=",
    "URI=",
    "AAAA",
    "MII",
    "==",
  ];

  function judge(input: { value: string; format: Format }, [got]: readonly Value[]): string | undefined {
    return same("thumbprint", got, certificateHeader(input.value, input.format) ?? null);
  }

  it("as terminators write them, and with changes", () => {
    const written = fc
      .record({
        writer: fc.constantFrom(...Object.values(FORMATS)),
        leaf: fc.nat(),
        next: fc.nat(),
        chain: fc.boolean(),
      })
      .map(({ writer, leaf, next, chain }) => {
        const pick = (index: number): Identity => identities[index % identities.length] as Identity;
        return (writer as (...list: Identity[]) => string)(pick(leaf), ...(chain ? [pick(next)] : []));
      });
    const inputs = fc
      .record({
        text: written,
        second: fc.option(written, { freq: 6, nil: undefined }),
        separator: fc.constantFrom(",", ", ", ";", ""),
        changes: changesBy(pieces(...SYNTAX), 2),
        format: fc.constantFrom(...FORMAT_NAMES),
      })
      .map(({ text, second, separator, changes, format }) => ({
        value: apply(second === undefined ? text : text + separator + second, changes),
        format,
      }));
    holds(
      inputs,
      ({ value, format }) => ({ kind: "certificate_header", arguments: [bytes(value), format] }),
      judge,
      4000,
    );
  });

  it("made of pieces of their syntax", () => {
    const inputs = fc.record({ value: joined(...SYNTAX), format: fc.constantFrom(...FORMAT_NAMES) });
    holds(
      inputs,
      ({ value, format }) => ({ kind: "certificate_header", arguments: [bytes(value), format] }),
      judge,
      4000,
    );
  });

  it("certificates with changed bytes: DER that OpenSSL does not write itself is none", () => {
    const inputs = fc
      .record({
        leaf: fc.nat(),
        changes: changesBy(
          fc.nat(255).map((code) => String.fromCharCode(code)),
          2,
        ),
      })
      .map(({ leaf, changes }) => {
        const der = certificateOf(identities[leaf % identities.length] as Identity).raw.toString("latin1");
        const short = changes.map((change) => ({ ...change, length: Math.min(change.length, 1) }));
        return { value: Buffer.from(apply(der, short), "latin1").toString("base64"), format: "der_base64" as const };
      });
    holds(
      inputs,
      ({ value, format }) => ({ kind: "certificate_header", arguments: [bytes(value), format] }),
      judge,
      2000,
    );
  });
});

describe("certificates in BER, where DER has one form only (X.690 §10.1)", () => {
  it("are none: the bytes that OpenSSL would hash are not those that were sent", () => {
    const leaf = identities[0] as Identity;
    const { raw } = certificateOf(leaf);
    const unchanged = withLongLength(raw, -1);
    expect(unchanged.equals(raw)).toBe(true);
    const variants = Array.from({ length: 60 }, (_, number) => withLongLength(raw, number)).filter(
      (each) => !each.equals(raw),
    );
    const answers = answersTo(
      variants.map((each) => ({
        kind: "certificate_header",
        arguments: [bytes(each.toString("base64")), "der_base64"],
      })),
    );
    const wanted = variants.map((each) => certificateHeader(each.toString("base64"), "der_base64") ?? null);
    expect(answers.map(([got]) => got)).toEqual(wanted);
    // Outside of what is signed OpenSSL would read several of these, and write them otherwise.
    expect(wanted.filter((each) => each === null).length).toBeGreaterThan(3);
  });
});

describe("distinguished names (RFC 4514)", () => {
  function judge(text: string, [got]: readonly Value[]): string | undefined {
    const wanted = distinguishedName(text);
    if (got === null || typeof got !== "object")
      return wanted === undefined ? undefined : `refused, and Node reads ${JSON.stringify(wanted)}`;
    // An empty list and an empty object are one in Lua.
    const list = (Array.isArray(got.list) ? got.list : []) as { type: string; value?: string }[][];
    const read = list.map((relative) =>
      relative.map(({ type, value }): Attribute => [
        type,
        value === undefined ? undefined : Buffer.from(value, "base64").toString("latin1"),
      ]),
    );
    return same("names", read, wanted ?? null);
  }

  const type = fc.constantFrom("CN", "O", "cn", "2.5.4.3", "OID.2.5.4.10", "emailAddress", "DC");
  const byte = fc.nat(255).map((code) => String.fromCharCode(code));
  const value = fc.array(fc.oneof(fc.constantFrom(...' #,+"\\<>;=CNO0'.split("")), byte), {
    minLength: 1,
    maxLength: 8,
  });

  /** Writes a value by one of the ways that RFC 4514 §2.4 and RFC 2253 §4 allow. */
  const written = fc
    .tuple(value, fc.array(fc.nat(2), { minLength: 8, maxLength: 8 }), fc.nat(2))
    .map(([characters, ways, form]) => {
      const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(2, "0");
      const text = characters.join("");
      if (form === 1)
        return {
          text,
          as: `"${characters.map((each) => (each === '"' || each === "\\" ? `\\${each}` : each)).join("")}"`,
        };
      if (form === 2) return { text, as: `#0c${hex(String.fromCharCode(text.length))}${characters.map(hex).join("")}` };
      const as = characters.map((each, index) => {
        const special =
          '"+,;<>\\\0'.includes(each) ||
          (index === 0 && (each === " " || each === "#")) ||
          (index === characters.length - 1 && each === " ");
        const escapable = ' "#+,;<=>\\'.includes(each);
        if (special && each === "\0") return "\\00";
        if (special || (ways[index] === 1 && escapable)) return ways[index] === 2 ? `\\${hex(each)}` : `\\${each}`;
        return ways[index] === 2 ? `\\${hex(each).toUpperCase()}` : each;
      });
      return { text, as: as.join("") };
    });
  const attribute = fc
    .tuple(type, written, fc.constantFrom("", " "))
    .map(([name, { text, as }, blank]) => ({ name, text, as: `${blank}${name}${blank}=${blank}${as}` }));
  const relative = fc.array(attribute, { minLength: 1, maxLength: 3 });

  it("whatever a certificate holds is read as it was, however it is escaped", () => {
    const inputs = fc.array(relative, { minLength: 1, maxLength: 4 }).map((names) => ({
      text: names.map((attributes) => attributes.map(({ as }) => as).join("+")).join(","),
      wanted: names.map((attributes) =>
        attributes.map(({ name, text }): Attribute => [name.toLowerCase().replace(/^oid\./, ""), text]),
      ),
    }));
    holds(
      inputs,
      ({ text }) => ({ kind: "distinguished_name", arguments: [bytes(text)] }),
      ({ text, wanted }, values) => judge(text, values) ?? same("Node's own reading", distinguishedName(text), wanted),
    );
  });

  it("made of pieces of the syntax", () => {
    const text = joined(
      "CN=",
      "O=",
      "cn = ",
      ",",
      "+",
      "\\",
      "\\2C",
      "\\,",
      '"',
      "#0c0141",
      "#",
      "=",
      " ",
      ";",
      "<",
      "2.5.4.3=",
    );
    holds(text, (each) => ({ kind: "distinguished_name", arguments: [bytes(each)] }), judge, 4000);
  });
});

describe("where tokens are", () => {
  it("the token header (RFC 6750 §2.1, RFC 9110 §5.5 and §11.1)", () => {
    const inputs = fc.record({
      value: joined("Bearer", "bearer", "BEARER", "DPoP", "dpop", " ", "  ", "\t", "abc", "Basic", "\0"),
      bare: fc.boolean(),
    });
    holds(
      inputs,
      ({ value, bare }) => ({ kind: "token_header", arguments: [bytes(value), bare] }),
      ({ value: sent, bare }, [token, dpop, code]) => {
        const value = sent.replace(/^[ \t]+|[ \t]+$/g, "");
        const [, scheme = "", rest = ""] = /^([^ ]*) *([^]*)$/.exec(value) ?? [];
        const known = ["bearer", "dpop"].includes(scheme.toLowerCase());
        const wanted = known ? rest : bare ? value : "";
        const found = wanted === "" ? null : wanted;
        return same(
          "token",
          [token, dpop, code],
          [found, found === null ? null : known && scheme.toLowerCase() === "dpop", null],
        );
      },
      4000,
    );
  });

  const left = (
    input: { text: string; name: string },
    [value, count, rest, remaining]: readonly Value[],
    read: typeof cookie,
  ): string | undefined => {
    const wanted = read(input.text, input.name);
    const problem = same("value and count", [value, count], [wanted.value, wanted.count]);
    if (problem !== undefined) return problem;
    if (remaining !== 0) return "it is still there after it was taken out";
    const kept = read(typeof rest === "string" ? rest : "", input.name).others;
    const trimmed = (list: readonly string[]): string =>
      list
        .map((each) => each.replace(/^[ \t]+|[ \t]+$/g, ""))
        .join("\n")
        .replace(/^\n+|\n+$/g, "");
    return same("what stays", trimmed(kept), trimmed(wanted.others));
  };

  it("cookies (RFC 6265 §5.4)", () => {
    const inputs = fc.record({
      text: joined("token=", "token", "TOKEN=", "a=b", "; ", ";", "=", '"', " ", "\t", ",", "b"),
      name: fc.constantFrom("token", "a", "b"),
    });
    holds(
      inputs,
      ({ text, name }) => ({ kind: "cookie", arguments: [bytes(text), bytes(name)] }),
      (input, values) => left(input, values, cookie),
      4000,
    );
  });

  it("forms and queries (RFC 6750 §2.2, §2.3)", () => {
    const inputs = fc.record({
      text: joined(
        "access_token=",
        "access_token",
        "access%5ftoken=",
        "access%5Ftoken",
        "a=b",
        "&",
        "=",
        "+",
        "%",
        "%2",
        "%26",
        "%3d",
        ";",
        "\0",
      ),
      name: fc.constantFrom("access_token", "a", "a b"),
    });
    holds(
      inputs,
      ({ text, name }) => ({ kind: "form", arguments: [bytes(text), bytes(name)] }),
      (input, values) => left(input, values, parameter),
      4000,
    );
  });

  it("forms whose text is Unicode agree with URLSearchParams", () => {
    const text = fc.string({ unit: "binary", maxLength: 8 }).filter((each) => !/[\ud800-\udfff]/u.test(each));
    const inputs = fc
      .array(fc.tuple(fc.constantFrom("a", "b", "a b", "é"), text), { minLength: 1, maxLength: 5 })
      .map((pairs) => ({ encoded: new URLSearchParams(pairs).toString(), pairs }));
    holds(
      inputs,
      ({ encoded }) => ({ kind: "form", arguments: [bytes(encoded), bytes("a")] }),
      ({ pairs }, [value, count]) => {
        const own = pairs.filter(([name]) => name === "a");
        return same(
          "value and count",
          [value, count],
          [own[0] === undefined ? null : Buffer.from(own[0][1], "utf8").toString("latin1"), own.length],
        );
      },
    );
  });
});

describe("Connection (RFC 9110 §7.6.1)", () => {
  it("names a header of ours, in any case and spelling, wherever it stands", () => {
    const OURS = ["X-Credential-Sub", "x-credential-anything", "X_Credential_Sub", "X-Roles", "x_roles", "X-Anonymous"];
    const MTLS = ["X-Cert-CN", "x-cert", "X_CERT_CN"];
    const inputs = joined(...OURS, ...MTLS, ",", ", ", " ,\t", "close", "keep-alive", "X-Other", "x-cert-cn-2", ",,");
    const normalised = (name: string): string => name.toLowerCase().replaceAll("_", "-");
    holds(
      inputs,
      (text) => ({ kind: "connection", arguments: [bytes(text)] }),
      (text, [token, mtls]) => {
        const options = text.split(",").map((option) => normalised(option.replace(/^[ \t]+|[ \t]+$/g, "")));
        const ours = options.some(
          (option) => option.startsWith("x-credential-") || option === "x-roles" || option === "x-anonymous",
        );
        const theirs = options.some((option) => option === "x-cert-cn" || option === "x-cert");
        if (ours && token !== true) return "token-introspection lets it pass";
        if (theirs && mtls !== true) return "mtls-auth lets it pass";
        // What is no option at all may be refused too, if it looks like one.
        const resembling = text.split(/[\s,]+/).map(normalised);
        if (mtls === true && !resembling.some((option) => option === "x-cert-cn" || option === "x-cert"))
          return "mtls-auth refuses what names nothing of its";
        return undefined;
      },
      4000,
    );
  });
});

describe("JSON and JWS (RFC 8259, RFC 7515)", () => {
  it("objects without repeated names, and nothing else", () => {
    const value = fc.jsonValue({ maxDepth: 4 }).map((each) => JSON.stringify({ a: each, b: [each] }));
    const changed = fc.tuple(
      fc.oneof(value, joined("{", "}", "[", "]", '"a"', '"b"', '"\\u0061"', ":", ",", "1", "null", " ")),
      changesBy(
        pieces(
          '"a":1,',
          '"\\u0061":1,',
          "{",
          "}",
          "[",
          "]",
          '"',
          ",",
          ":",
          "01",
          "1e5",
          "-",
          "nul",
          "\\",
          "\\u00",
          "NaN",
          "\0",
          "\x0f",
          "\n",
          "\t",
        ),
        2,
      ),
    );
    // Bytes beyond ASCII are not looked at: whether they are UTF-8 is nobody's question here.
    const ascii = changed.map(([text, changes]) =>
      apply(text, changes).replace(/[^\0-\x7f]/g, "é".length === 1 ? "x" : ""),
    );
    holds(
      ascii,
      (text) => ({ kind: "json_object", arguments: [bytes(text)] }),
      (text, [got]) => {
        const wanted = isStrictObject(text);
        return got === true && !wanted
          ? "taken, and Node refuses it"
          : got === false && wanted && !/[\ud800-\udfff]|\\u[dD][89a-fA-F]|\\u0000/.test(text)
            ? "refused, and Node takes it"
            : undefined;
      },
      4000,
    );
  });

  it("a string holds no control character as it is (RFC 8259 §7)", () => {
    const texts = Array.from({ length: 32 }, (_, code) => `{"a${String.fromCharCode(code)}":"b"}`);
    const values = Array.from({ length: 32 }, (_, code) => `{"a":["b${String.fromCharCode(code)}"]}`);
    const answers = answersTo([...texts, ...values].map((text) => ({ kind: "json_object", arguments: [bytes(text)] })));
    expect(answers.filter(([taken]) => taken !== false)).toEqual([]);
  });

  it("proofs with changes: what is taken is three parts of canonical Base64url with strict objects", () => {
    const inputs = fc
      .tuple(fc.nat(), changesBy(pieces(".", "=", "-", "_", "+", "A", "eyJ", " "), 2))
      .map(([index, changes]) => {
        const key = keys[index % keys.length] as ProofKey;
        return apply(proofOf(key, claimsOf({ url: "https://api.example/a", token: "t" })), changes);
      });
    holds(
      inputs,
      (text) => ({ kind: "jws", arguments: [bytes(text)] }),
      (text, [algorithm]) => {
        const [header, payload, signature] = text.split(".").map((part) => base64urlBytes(part));
        const whole =
          text.split(".").length === 3 &&
          header !== undefined &&
          payload !== undefined &&
          signature !== undefined &&
          signature.length > 0;
        // RFC 7515 §5.2: header and payload are UTF-8.
        const strict =
          whole && [header, payload].every((part) => isUtf8(part) && isStrictObject(part.toString("latin1")));
        const wanted = strict ? (JSON.parse(header.toString("utf8")) as Json)["alg"] : undefined;
        return same("alg", algorithm, typeof wanted === "string" ? wanted : null);
      },
    );
  });
});

describe("keys (RFC 7517, RFC 7638)", () => {
  it("the thumbprint is jose's, and what jose or OpenSSL does not take is refused", async () => {
    const members = fc.tuple(
      fc.nat(),
      fc.array(
        fc.tuple(
          fc.constantFrom("kty", "crv", "x", "y", "n", "e", "d", "k", "extra"),
          fc.oneof(
            fc.jsonValue({ maxDepth: 1 }),
            fc.constantFrom("EC", "RSA", "OKP", "P-256", "P-384", "Ed25519", "AQAB", "AA"),
          ),
        ),
        { maxLength: 2 },
      ),
    );
    const tried = fc
      .sample(members, { numRuns: 1500, seed: SEED })
      .map(
        ([index, changes]) =>
          ({ ...(keys[index % keys.length] as ProofKey).jwk, ...Object.fromEntries(changes) }) as JsonWebKey,
      );
    const answers = answersTo(
      tried.map((jwk) => ({ kind: "jwk", arguments: [bytes(Buffer.from(JSON.stringify(jwk)))] })),
    );
    let taken = 0;
    for (const [index, jwk] of tried.entries()) {
      const [got] = answers[index] ?? [];
      const isPublic = ["d", "k"].every((name) => !(name in jwk));
      if (got === null || got === undefined) continue;
      taken += 1;
      expect([jwk, isPublic, got]).toEqual([jwk, true, await calculateJwkThumbprint(jwk as JWK)]);
    }
    expect(taken).toBeGreaterThan(100);
    const unchanged = answersTo(keys.map(({ jwk }) => ({ kind: "jwk", arguments: [bytes(JSON.stringify(jwk))] })));
    expect(unchanged.map(([got]) => got)).toEqual(keys.map(({ thumbprint }) => thumbprint));
    expect(createPublicKey({ key: keys[0]?.jwk ?? {}, format: "jwk" }).type).toBe("public");
  });

  it("RFC 7638 §3.1's example, and RFC 9449 §6.1's", () => {
    const rsa =
      '{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}';
    const ec =
      '{"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}';
    const answers = answersTo([rsa, ec].map((jwk) => ({ kind: "jwk", arguments: [bytes(jwk)] })));
    expect(answers.map(([thumbprint]) => thumbprint)).toEqual([
      "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
      "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
    ]);
  });
});

describe("DPoP proofs (RFC 9449 §4.3)", () => {
  const NOW = 1_700_000_000;
  const TOKEN = "an-access-token";
  const URL_ = "https://api.example/a/b";

  function expectation(key: ProofKey): Json {
    return {
      method: "GET",
      scheme: "https",
      host: bytes("api.example"),
      path: bytes("/a/b"),
      token: bytes(TOKEN),
      thumbprint: key.thumbprint,
      now: NOW,
      max_age: 60,
    };
  }

  function good(): Json {
    return { ...claimsOf({ url: URL_, token: TOKEN }), iat: NOW };
  }

  it("what is taken is what jose verifies, with the same claims", async () => {
    const inputs = fc.tuple(fc.nat(), changesBy(pieces(".", "=", "A", "-", "eyJ"), 2));
    const tried = fc.sample(inputs, { numRuns: 2000, seed: SEED }).map(([index, changes], position) => {
      const key = keys[index % keys.length] as ProofKey;
      return { key, proof: position % 4 === 0 ? proofOf(key, good()) : apply(proofOf(key, good()), changes) };
    });
    const answers = answersTo(
      tried.map(({ key, proof }) => ({ kind: "dpop", arguments: [bytes(proof), expectation(key)] })),
    );
    let taken = 0;
    for (const [index, { key, proof }] of tried.entries()) {
      const [jti, code] = answers[index] ?? [];
      // jose's decoder rounds off bits that Base64url must have as zero (RFC 4648 §3.5); one value has one spelling here.
      const canonical = proof.split(".").every((part) => Buffer.from(part, "base64url").toString("base64url") === part);
      const read = jwtVerify(proof, EmbeddedJWK, {
        typ: "dpop+jwt",
        algorithms: [key.algorithm],
        currentDate: new Date(NOW * 1000),
        maxTokenAge: 60,
      });
      const verified = await read.then((result) => (canonical ? result : undefined)).catch(() => undefined);
      expect([proof, jti]).toEqual([proof, verified === undefined ? null : verified.payload.jti]);
      if (verified === undefined) expect(["invalid_dpop_proof", "invalid_token"]).toContain(code);
      else taken += 1;
    }
    expect(taken).toBeGreaterThanOrEqual(500);
  });

  it("no other value in any member is as good as the right one", () => {
    const key = keys[0] as ProofKey;
    const anything = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.string(),
      fc.integer(),
      fc.constantFrom<unknown>(
        "GET",
        "get",
        "dpop+jwt",
        "ES256",
        "none",
        tokenHash(TOKEN),
        URL_,
        NOW,
        NOW + 5,
        NOW + 6,
        NOW - 60,
        NOW - 61,
        NOW + 0.5,
        `${URL_}?x`,
        `${URL_}#x`,
      ),
    );
    const inputs = fc.record({
      member: fc.constantFrom("htm", "htu", "iat", "ath", "jti", "typ", "alg"),
      value: anything,
    });
    const wanted = ({ member, value }: { member: string; value: unknown }): boolean => {
      switch (member) {
        case "htm":
          return value === "GET";
        case "htu":
          return typeof value === "string" && /^https:\/\/api\.example\/a\/b(?:[?#].*)?$/.test(value);
        case "iat":
          return typeof value === "number" && value >= NOW - 60 && value <= NOW + 5;
        case "ath":
          return value === tokenHash(TOKEN);
        case "jti":
          return typeof value === "string" && value !== "" && Buffer.byteLength(value) <= 256;
        case "typ":
          return value === "dpop+jwt";
        default:
          return value === "ES256";
      }
    };
    holds(
      inputs,
      ({ member, value }) => {
        const inHeader = member === "typ" || member === "alg";
        const header = JSON.stringify({ ...headerOf(key), ...(inHeader ? { [member]: value } : {}) });
        const payload = JSON.stringify({ ...good(), ...(inHeader ? {} : { [member]: value }) });
        return { kind: "dpop", arguments: [bytes(signed(key, header, payload)), expectation(key)] };
      },
      (input, [jti]) => same("taken", jti !== null, wanted(input)),
    );
  });

  it("RFC 9449 §7.1's example passes in its time, and §5's, which is for a token, does not", () => {
    const header =
      "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19";
    const request = `${header}.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA`;
    const forToken = `${header}.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdyRT3vFoHsiZL7d5C0KzXfEgWAsKq1Wqo1EU5Y-Vd1g`;
    const thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
    const token = bytes("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
    const expected = {
      method: "GET",
      scheme: "https",
      host: bytes("resource.example.org"),
      path: bytes("/protectedresource"),
      token,
      thumbprint,
      now: 1562262618,
      max_age: 60,
    };
    const atServer = { ...expected, method: "POST", host: bytes("server.example.com"), path: bytes("/token") };
    const answers = answersTo([
      { kind: "dpop", arguments: [bytes(request), expected] },
      { kind: "dpop", arguments: [bytes(request), { ...expected, now: 1562262618 + 61 }] },
      { kind: "dpop", arguments: [bytes(forToken), atServer] },
    ]);
    expect(answers.map(([jti, code]) => [jti, code])).toEqual([
      ["e1j3V_bKic8-LAEB", null],
      [null, "invalid_dpop_proof"],
      [null, "invalid_dpop_proof"],
    ]);
  });
});

describe("URIs (RFC 3986 §6.2.2)", () => {
  /** §6.2.2.1, §6.2.2.2, then §5.2.4. Node's own URL leaves dot segments in some paths that begin with two slashes. */
  function normalPath(path: string): string {
    const decoded = path.replace(/%([0-9A-Fa-f]{2})/g, (whole, digits: string) => {
      const character = String.fromCharCode(parseInt(digits, 16));
      return /[A-Za-z0-9._~-]/.test(character) ? character : whole.toUpperCase();
    });
    const segments = decoded.split("/").slice(1);
    const kept: string[] = [];
    for (const [index, segment] of segments.entries()) {
      if (segment === "..") kept.pop();
      else if (segment !== ".") kept.push(segment);
      if ((segment === ".." || segment === ".") && index === segments.length - 1) kept.push("");
    }
    return `/${kept.join("/")}`;
  }

  it("agree with scheme, host and port of the URL standard, and with the RFC's paths", () => {
    const segment = fc
      .array(fc.constantFrom("a", "B", "~", "%41", "%7e", "%2F", "%2f", "%c3%a4", ".", "%2E", "-", "@", ":", "!"), {
        maxLength: 4,
      })
      .map((parts) => parts.join(""));
    const inputs = fc
      .record({
        scheme: fc.constantFrom("http", "https", "HTTP", "HttpS"),
        host: fc.constantFrom("localhost", "LocalHost", "api.example", "a-b.example", "127.0.0.1", "[::1]"),
        port: fc.constantFrom("", ":", ":80", ":443", ":8443", ":0080"),
        path: fc
          .array(fc.oneof(segment, fc.constantFrom(".", "..", "")), { maxLength: 5 })
          .map((parts) => parts.map((part) => `/${part}`).join("")),
        tail: fc.constantFrom("", "?a=/../b", "#x", "?"),
      })
      .map(({ scheme, host, port, path, tail }) => `${scheme}://${host}${port}${path}${tail}`);
    holds(
      inputs,
      (text) => ({ kind: "uri", arguments: [bytes(text)] }),
      (text, [got]) => {
        const url = new URL(text);
        const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
        const [, path = ""] = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(text) ?? [];
        return same("URI", got, `${url.protocol}//${url.hostname}:${port}${normalPath(path)}`);
      },
      3000,
    );
  });

  it("whatever it is, it is refused or has one form", () => {
    const text = joined(
      "http://",
      "https://",
      "a",
      "/",
      "//",
      "..",
      ".",
      ":",
      "@",
      "[",
      "]",
      "::1",
      "?",
      "#",
      "%",
      "%2e",
      "\\",
      "80",
      "\0",
      " ",
    );
    holds(
      text,
      (each) => ({ kind: "uri", arguments: [bytes(each)] }),
      (_each, [got]) =>
        got === null || (typeof got === "string" && /^https?:\/\/[^/]+:[0-9]+\//.test(got))
          ? undefined
          : "no form of a URI",
    );
  });
});
