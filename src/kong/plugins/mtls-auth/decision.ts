import {
  certificateExpiry,
  certificatePart,
  certificatesSent,
  clientCertificate,
  sessionIsResumed,
  subjectForLog,
} from "./certificate";
import type { Configuration } from "./configuration";
import { recall, remember } from "./connection-memo";
import { type Trust, verifyCertificate } from "./trust";

/** A header for the upstream service. */
export interface HeaderToSet {
  readonly name: string;
  readonly value: string;
}

/** Whether a connection's certificate passes under one configuration, and what the upstream service is told of it. */
export interface Decision {
  /** Why it does not pass, for the log. */
  readonly refusal: string | undefined;
  readonly headers: readonly HeaderToSet[];
  /** Until when the decision holds, seconds since the epoch. */
  readonly until: number;
}

/** Seconds for which a refusal is remembered: a certificate can become valid, and a flood of bad requests must stay cheap. */
const REFUSAL_HOLDS = 10;

function refused(refusal: string, now: number): Decision {
  return { refusal, headers: [], until: now + REFUSAL_HOLDS };
}

function passed(configuration: Configuration, until: number): Decision {
  const headers: HeaderToSet[] = [];
  for (const { name, setting } of configuration.headers) {
    const value = certificatePart(setting);
    if (value !== undefined) headers.push({ name, value });
  }
  return { refusal: undefined, headers, until };
}

/** What an operator can do about a resumed TLS session, which lacks the certificates that the client sent behind its own. */
function hint(): string {
  return sessionIsResumed()
    ? "; the TLS session was resumed, so intermediate certificates must be among ca_certificates"
    : "";
}

function judgeByAuthorities(configuration: Configuration, trust: Trust, now: number): Decision {
  const [sent, problem] = certificatesSent();
  if (sent === undefined) return refused(`the certificates that the client sent cannot be read: ${problem}`, now);
  const [until, reason] = verifyCertificate(trust, clientCertificate(), sent, now);
  if (until !== undefined) return passed(configuration, until);
  return refused(`ca_certificates do not verify the certificate of ${subjectForLog()}: ${reason}${hint()}`, now);
}

/**
 * nginx verified the certificate in a handshake, which may be long ago: on an open connection and in a resumed TLS session, for a day by Kong's default, it looks at
 * no time again.
 */
function judgeByNginx(configuration: Configuration, now: number): Decision {
  const expiry = certificateExpiry() ?? math.huge;
  if (expiry < now) return refused(`the certificate of ${subjectForLog()} has expired since nginx verified it`, now);
  return passed(configuration, expiry);
}

/** With `ca_certificates` only these count, without them only nginx's word: `SUCCESS`. */
function judge(configuration: Configuration, now: number): Decision {
  const verdict = ngx.var.ssl_client_verify;
  if (verdict === undefined) return refused("the connection is not TLS", now);
  if (verdict === "NONE") return refused("the client sent no certificate", now);
  if (!configuration.ownAuthorities) {
    if (verdict === "SUCCESS") return judgeByNginx(configuration, now);
    return refused(`nginx did not verify the certificate of ${subjectForLog()}: ${verdict}`, now);
  }
  if (configuration.trust === undefined) return refused("ca_certificates cannot be used", now);
  return judgeByAuthorities(configuration, configuration.trust, now);
}

/** The decision on this connection: the remembered one, as long as it holds. */
export function decide(configuration: Configuration): Decision {
  const connection = ngx.var.connection;
  const now = ngx.time();
  const remembered = recall(configuration.decisions, connection);
  if (remembered !== undefined && now < remembered.until) return remembered;
  const decision = judge(configuration, now);
  remember(configuration.decisions, connection, decision);
  return decision;
}
