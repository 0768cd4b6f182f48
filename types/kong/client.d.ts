declare namespace Kong {
  /** Protocols that a route can match, as `kong.client.get_protocol` names them. */
  type Protocol = "http" | "https" | "tcp" | "tls" | "udp" | "tls_passthrough" | "grpc" | "grpcs" | "ws" | "wss";

  /**
   * A credential as `kong.client.authenticate` takes it. Kong's own plugins
   * pass the entity from the database; a plugin whose credentials live
   * elsewhere makes one. rate-limiting counts by `id`.
   */
  interface Credential {
    id?: string | undefined;
    consumer_id?: string | undefined;
    [field: string]: unknown;
  }

  /**
   * `kong.client.tls`: the TLS connection of the client.
   * Functions are called with a dot.
   * @noSelf
   */
  interface ClientTls {
    /**
     * Asks for a client certificate during the handshake. Nothing is verified,
     * and a client that sends none still gets through.
     *
     * Phase: certificate. Kong runs it for globally configured plugins only.
     * @param ca_certs chain (cdata `STACK_OF(X509)*`, as `parse_pem_cert` of ngx.ssl makes it or the
     * `ctx` of a resty.openssl chain) whose names are sent as a hint.
     */
    request_client_certificate(ca_certs?: OpenResty.CData): LuaMultiReturn<[true, undefined?] | [undefined, string]>;

    /**
     * Turns off session tickets and session ids for this connection, so that
     * no later connection resumes it. On a resumed session
     * `get_full_client_certificate_chain` gives nothing.
     *
     * Phase: certificate.
     */
    disable_session_reuse(): LuaMultiReturn<[true, undefined?] | [undefined, string]>;

    /**
     * PEM of the client's certificate followed by the intermediate ones it sent.
     *
     * Phases: rewrite, access, response, balancer, log. In header_filter and
     * body_filter it raises, though Kong's manual names them.
     * @returns undefined alone when there is no certificate (none sent, no
     * TLS, or a resumed session); undefined and a message when it failed.
     */
    get_full_client_certificate_chain(): LuaMultiReturn<[string, undefined?] | [undefined, (string | undefined)?]>;

    /**
     * Sets what Kong's log serializer writes as `request.tls.client_verify`;
     * changes nothing else. Raises for another value.
     *
     * Phases: rewrite, access, response, balancer.
     */
    set_client_verify(v: "SUCCESS" | "NONE" | `FAILED:${string}`): void;

    /**
     * Keeps HTTP/2 out of the ALPN negotiation, so the connection uses HTTP/1.1.
     *
     * Phase: client_hello, which plugins do not have in Kong 3.9.
     */
    disable_http2_alpn(): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  }

  /**
   * `kong.client`: who is at the other end. Functions are called with a dot.
   * @noSelf
   */
  interface Client {
    /** The client's TLS connection. */
    tls: ClientTls;

    /**
     * Address of the TCP peer: a load balancer's, where there is one. The one
     * to give to `kong.ip.is_trusted`.
     *
     * Phases: all but init_worker.
     */
    get_ip(): string;

    /**
     * Address of the client as nginx's real-IP module sees it: from
     * `real_ip_header` when the peer is in `trusted_ips`.
     *
     * Phases: all but init_worker.
     */
    get_forwarded_ip(): string;

    /** Port of the TCP peer. Phases: all but init_worker. */
    get_port(): number;

    /** Port of the client as nginx's real-IP module sees it. Phases: all but init_worker. */
    get_forwarded_port(): number;

    /**
     * The credential with which the request was authenticated.
     *
     * Phases: access, header_filter, response, body_filter, log.
     * @returns undefined while nobody authenticated.
     */
    get_credential(): Credential | undefined;

    /**
     * The consumer for whom the request was authenticated.
     *
     * Phases: access, header_filter, response, body_filter, log.
     * @returns undefined while nobody authenticated, or when the credential belongs to no consumer.
     */
    get_consumer(): Consumer | undefined;

    /**
     * Reads a consumer from the database, past the cache: on a hot path wrap
     * it in `kong.cache:get`.
     *
     * Phases: access, header_filter, response, body_filter, log.
     * @param consumer_id id; raises when it is no UUID and `search_by_username` is not set.
     * @param search_by_username also look for this user name when no id matches.
     * @returns consumer; or undefined alone when there is none; or undefined and an error.
     */
    load_consumer(
      consumer_id: string,
      search_by_username?: boolean,
    ): LuaMultiReturn<[Consumer, undefined?] | [undefined, (string | object | undefined)?]>;

    /**
     * Makes this the authenticated consumer and credential, in place of
     * whatever was set. Raises when both are undefined. Sets no header.
     *
     * Phase: access.
     */
    authenticate(consumer: Consumer, credential?: Credential): void;
    authenticate(consumer: Consumer | undefined, credential: Credential): void;

    /**
     * Protocol of the matched route; where it has several, the one in use.
     *
     * Phases: access, header_filter, response, body_filter, log.
     * @param allow_terminated also count X-Forwarded-Proto from a trusted peer as HTTPS.
     * @returns undefined and a message when no route matched.
     */
    get_protocol(allow_terminated?: boolean): LuaMultiReturn<[Protocol, undefined?] | [undefined, string]>;
  }
}
