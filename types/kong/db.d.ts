declare namespace Kong {
  /** Reference to another entity. */
  interface ForeignKey {
    id: string;
  }

  /** A consumer. Fields without a value are undefined (Kong turns database nulls into nil), save where a DAO is asked for `nulls`. */
  interface Consumer {
    /** UUID. */
    id: string;
    username?: string | undefined;
    custom_id?: string | undefined;
    tags?: string[] | undefined;
    /** Seconds since the epoch. */
    created_at?: number | undefined;
    updated_at?: number | undefined;
  }

  /** A service. Times in milliseconds. */
  interface ServiceEntity {
    id: string;
    name?: string | undefined;
    protocol: string;
    host: string;
    port: number;
    path?: string | undefined;
    retries?: number | undefined;
    connect_timeout?: number | undefined;
    write_timeout?: number | undefined;
    read_timeout?: number | undefined;
    client_certificate?: ForeignKey | undefined;
    tls_verify?: boolean | undefined;
    tls_verify_depth?: number | undefined;
    ca_certificates?: string[] | undefined;
    enabled?: boolean | undefined;
    tags?: string[] | undefined;
    created_at?: number | undefined;
    updated_at?: number | undefined;
    ws_id?: string | undefined;
  }

  /** A route. */
  interface RouteEntity {
    id: string;
    name?: string | undefined;
    protocols: Protocol[];
    methods?: string[] | undefined;
    hosts?: string[] | undefined;
    paths?: string[] | undefined;
    headers?: Record<string, string[]> | undefined;
    snis?: string[] | undefined;
    strip_path?: boolean | undefined;
    path_handling?: "v0" | "v1" | undefined;
    preserve_host?: boolean | undefined;
    request_buffering?: boolean | undefined;
    response_buffering?: boolean | undefined;
    regex_priority?: number | undefined;
    https_redirect_status_code?: number | undefined;
    service?: ForeignKey | undefined;
    tags?: string[] | undefined;
    created_at?: number | undefined;
    updated_at?: number | undefined;
    ws_id?: string | undefined;
  }

  /** A workspace. */
  interface WorkspaceEntity {
    id: string;
    name: string;
  }

  /** A CA certificate. */
  interface CaCertificateEntity {
    id: string;
    /** PEM. */
    cert: string;
    /** SHA-256 of the certificate, hexadecimal. */
    cert_digest: string;
    tags?: string[] | undefined;
  }

  /** A certificate with its key, both PEM. */
  interface CertificateEntity {
    id: string;
    cert: string;
    key: string;
    cert_alt?: string | undefined;
    key_alt?: string | undefined;
    tags?: string[] | undefined;
  }

  /** Options of a DAO's reading methods. */
  interface DaoOptions {
    /** Workspace to read in; `ngx.null` for all. */
    workspace?: string | OpenResty.Null | undefined;
    /** Give absent fields as `ngx.null` instead of undefined. */
    nulls?: boolean | undefined;
    /** Leave the workspace's id in the entity. */
    show_ws_id?: boolean | undefined;
    /** Only entities with these tags. */
    tags?: string[] | undefined;
    tags_cond?: "and" | "or" | undefined;
    [option: string]: unknown;
  }

  /** Details of a database error: `name`, `message`, and by field what was wrong. */
  interface DaoErrorTable {
    code: number;
    name: string;
    message: string;
    strategy?: string | undefined;
    fields?: Record<string, unknown> | undefined;
  }

  /** What reading one entity gives: the entity; undefined alone when there is none; undefined, text and details when it failed. */
  type DaoOne<E> = LuaMultiReturn<
    [E, undefined?, undefined?] | [undefined, (string | undefined)?, (DaoErrorTable | undefined)?]
  >;

  /**
   * A data access object: `kong.db.<entity>`. **Methods are called with a
   * colon.** They go to the database each time: use `kong.cache:get` around
   * them on a hot path. Without a database they read the declarative configuration, and
   * writing fails.
   */
  interface Dao<E extends { id: string }> {
    /** One entity by primary key. */
    select(this: this, primary_key: { id: string }, options?: DaoOptions): DaoOne<E>;

    /**
     * A page of entities.
     * @param size 1 to 1000, default 100.
     * @param offset what the page before gave.
     * @returns entities, undefined, undefined, offset of the next page (undefined on the last); or undefined and an error.
     */
    page(
      this: this,
      size?: number,
      offset?: string,
      options?: DaoOptions,
    ): LuaMultiReturn<
      [E[], undefined, undefined, (string | undefined)?] | [undefined, string, DaoErrorTable, undefined?]
    >;

    /**
     * All entities, fetched page by page: `for (const [entity, error] of kong.db.consumers.each())`.
     * On a failure the entity is false, once, and the iteration ends.
     */
    each(this: this, size?: number, options?: DaoOptions): LuaIterable<LuaMultiReturn<[E | false, string | undefined]>>;

    /**
     * Key under which `kong.cache` holds the entity, the right one to invalidate by when it changes.
     * @param key primary key, or the fields of the entity's cache key in their order.
     */
    cache_key(
      this: this,
      key: string | E | undefined,
      arg2?: string,
      arg3?: string,
      arg4?: string,
      arg5?: string,
    ): string;

    /** Adds an entity. */
    insert(this: this, entity: Partial<E>, options?: DaoOptions): DaoOne<E>;
    /** Changes an entity. */
    update(this: this, primary_key: { id: string }, entity: Partial<E>, options?: DaoOptions): DaoOne<E>;
    /** Adds or replaces an entity. */
    upsert(this: this, primary_key: { id: string }, entity: Partial<E>, options?: DaoOptions): DaoOne<E>;
    /** Removes an entity, and what refers to it with `on_delete` cascade. true also when there was none. */
    delete(
      this: this,
      primary_key: { id: string },
      options?: DaoOptions,
    ): LuaMultiReturn<[true, undefined?, undefined?] | [undefined, string, DaoErrorTable]>;
  }

  /** `kong.db.consumers`. */
  interface ConsumersDao extends Dao<Consumer> {
    /** One consumer by user name, which is case-sensitive. */
    select_by_username(this: this, username: string, options?: DaoOptions): DaoOne<Consumer>;
    /** One consumer by its custom id. */
    select_by_custom_id(this: this, custom_id: string, options?: DaoOptions): DaoOne<Consumer>;
  }

  /** `kong.db`. A plugin that brings entities of its own (daos.lua) adds its DAO by merging into this interface. */
  interface Db {
    consumers: ConsumersDao;
    services: Dao<ServiceEntity> & NamedDao<ServiceEntity>;
    routes: Dao<RouteEntity> & NamedDao<RouteEntity>;
    workspaces: Dao<WorkspaceEntity> & NamedDao<WorkspaceEntity>;
    certificates: Dao<CertificateEntity>;
    ca_certificates: Dao<CaCertificateEntity>;
    /** `"off"` without a database. */
    readonly strategy: "off" | "postgres";
  }

  /** Entities with a unique name. */
  interface NamedDao<E> {
    /** One entity by its name. */
    select_by_name(this: this, name: string, options?: DaoOptions): DaoOne<E>;
  }
}
