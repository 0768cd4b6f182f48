/** OpenSSL 3's functions, through LuaJIT's FFI. nginx has the library loaded. All objects are `void *`: who holds one knows what it is. */
import ffi = require("ffi");

ffi.cdef(`
unsigned long ERR_peek_error(void);
unsigned long ERR_peek_last_error_all(const char **file, int *line, const char **func, const char **data, int *flags);
const char *ERR_reason_error_string(unsigned long e);
const char *ERR_lib_error_string(unsigned long e);
void ERR_clear_error(void);

void *BIO_new(const void *method);
const void *BIO_s_mem(void);
void *BIO_new_mem_buf(const void *buf, int len);
int BIO_free(void *bio);
long BIO_ctrl(void *bio, int command, long argument, void *pointer);

void *EVP_MD_CTX_new(void);
void EVP_MD_CTX_free(void *ctx);
void *EVP_MD_fetch(void *libctx, const char *name, const char *properties);
void EVP_MD_free(void *md);
int EVP_MD_get_size(const void *md);
int EVP_DigestInit_ex(void *ctx, const void *type, void *engine);
int EVP_DigestUpdate(void *ctx, const void *data, size_t length);
int EVP_DigestFinal_ex(void *ctx, unsigned char *out, unsigned int *length);
const void *EVP_get_digestbyname(const char *name);

void *HMAC_CTX_new(void);
void HMAC_CTX_free(void *ctx);
int HMAC_Init_ex(void *ctx, const void *key, int length, const void *md, void *engine);
int HMAC_Update(void *ctx, const unsigned char *data, size_t length);
int HMAC_Final(void *ctx, unsigned char *out, unsigned int *length);

int RAND_bytes(unsigned char *buf, int num);
int RAND_priv_bytes(unsigned char *buf, int num);

void *BN_new(void);
void *BN_dup(const void *bn);
void BN_free(void *bn);
void *BN_bin2bn(const unsigned char *s, int length, void *ret);
int BN_bn2bin(const void *bn, unsigned char *to);
int BN_num_bits(const void *bn);
char *BN_bn2hex(const void *bn);
char *BN_bn2dec(const void *bn);
void CRYPTO_free(void *pointer, const char *file, int line);

void *X509_new(void);
void X509_free(void *x509);
void *X509_dup(const void *x509);
int X509_up_ref(void *x509);
void *PEM_read_bio_X509(void *bio, void **out, void *callback, void *argument);
void *d2i_X509_bio(void *bio, void **out);
int PEM_write_bio_X509(void *bio, void *x509);
int i2d_X509_bio(void *bio, void *x509);
int X509_digest(const void *x509, const void *type, unsigned char *md, unsigned int *length);
int X509_pubkey_digest(const void *x509, const void *type, unsigned char *md, unsigned int *length);
int X509_check_private_key(const void *x509, const void *pkey);
int X509_verify(void *x509, void *pkey);
void *X509_get_pubkey(void *x509);
void *X509_get_subject_name(const void *x509);
void *X509_get_issuer_name(const void *x509);
void *X509_get_serialNumber(void *x509);
void *ASN1_INTEGER_to_BN(const void *integer, void *bn);
const void *X509_get0_notBefore(const void *x509);
const void *X509_get0_notAfter(const void *x509);
int ASN1_TIME_diff(int *days, int *seconds, const void *from, const void *to);
void *ASN1_TIME_set(void *time, long t);
void ASN1_STRING_free(void *string);
long X509_get_version(const void *x509);
void *X509_get_ext_d2i(const void *x509, int nid, int *critical, int *index);
typedef struct { int ca; void *pathlen; } gateway_basic_constraints;
void BASIC_CONSTRAINTS_free(void *constraints);
long ASN1_INTEGER_get(const void *integer);

void *X509_NAME_dup(const void *name);
void X509_NAME_free(void *name);
int X509_NAME_entry_count(const void *name);
void *X509_NAME_get_entry(const void *name, int index);
int X509_NAME_get_index_by_OBJ(const void *name, const void *object, int lastpos);
void *X509_NAME_ENTRY_get_object(const void *entry);
void *X509_NAME_ENTRY_get_data(const void *entry);
const unsigned char *ASN1_STRING_get0_data(const void *string);
int ASN1_STRING_length(const void *string);
void *OBJ_txt2obj(const char *text, int no_name);
int OBJ_obj2txt(char *buf, int length, const void *object, int no_name);
int OBJ_obj2nid(const void *object);
int OBJ_txt2nid(const char *text);
const char *OBJ_nid2sn(int nid);
const char *OBJ_nid2ln(int nid);
void ASN1_OBJECT_free(void *object);

int OPENSSL_sk_num(const void *stack);
void *OPENSSL_sk_value(const void *stack, int index);
void *OPENSSL_sk_new_null(void);
int OPENSSL_sk_push(void *stack, const void *item);
void OPENSSL_sk_free(void *stack);
void *X509_chain_up_ref(void *chain);

void *X509_STORE_new(void);
void X509_STORE_free(void *store);
int X509_STORE_add_cert(void *store, void *x509);
int X509_STORE_set_default_paths(void *store);
int X509_STORE_load_locations(void *store, const char *file, const char *folder);
int X509_STORE_set_depth(void *store, int depth);
int X509_STORE_set_purpose(void *store, int purpose);
int X509_STORE_set_flags(void *store, unsigned long flags);
int X509_PURPOSE_get_by_sname(const char *sname);
void *X509_PURPOSE_get0(int index);
int X509_PURPOSE_get_id(const void *purpose);
void *X509_STORE_CTX_new(void);
void X509_STORE_CTX_free(void *ctx);
int X509_STORE_CTX_init(void *ctx, void *store, void *x509, void *chain);
int X509_STORE_CTX_set_default(void *ctx, const char *name);
void X509_STORE_CTX_set_flags(void *ctx, unsigned long flags);
int X509_STORE_CTX_get_error(const void *ctx);
void *X509_STORE_CTX_get0_chain(const void *ctx);
int X509_verify_cert(void *ctx);
const char *X509_verify_cert_error_string(long n);

void *PEM_read_bio_PrivateKey(void *bio, void **out, void *callback, const char *passphrase);
void *PEM_read_bio_PUBKEY(void *bio, void **out, void *callback, void *argument);
void *d2i_PrivateKey_bio(void *bio, void **out);
void *d2i_PUBKEY_bio(void *bio, void **out);
int PEM_write_bio_PrivateKey(void *bio, const void *pkey, const void *cipher, const unsigned char *key, int length, void *callback, void *argument);
int PEM_write_bio_PUBKEY(void *bio, const void *pkey);
int i2d_PrivateKey_bio(void *bio, const void *pkey);
int i2d_PUBKEY_bio(void *bio, const void *pkey);
void EVP_PKEY_free(void *pkey);
int EVP_PKEY_up_ref(void *pkey);
int EVP_PKEY_get_base_id(const void *pkey);
int EVP_PKEY_get_size(const void *pkey);
int EVP_PKEY_get_bn_param(const void *pkey, const char *name, void **bn);
int EVP_PKEY_get_utf8_string_param(const void *pkey, const char *name, char *buf, size_t size, size_t *length);
int EVP_PKEY_get_raw_public_key(const void *pkey, unsigned char *buf, size_t *length);
int EVP_PKEY_get_raw_private_key(const void *pkey, unsigned char *buf, size_t *length);
void *EVP_PKEY_new_raw_public_key(int type, void *engine, const unsigned char *key, size_t length);
void *EVP_PKEY_new_raw_private_key(int type, void *engine, const unsigned char *key, size_t length);
void *EVP_PKEY_CTX_new_from_name(void *libctx, const char *name, const char *properties);
void EVP_PKEY_CTX_free(void *ctx);
int EVP_PKEY_CTX_ctrl_str(void *ctx, const char *type, const char *value);
int EVP_PKEY_keygen_init(void *ctx);
int EVP_PKEY_generate(void *ctx, void **pkey);
int EVP_PKEY_fromdata_init(void *ctx);
int EVP_PKEY_fromdata(void *ctx, void **pkey, int selection, void *params);
int EVP_PKEY_CTX_set_rsa_padding(void *ctx, int padding);
int EVP_PKEY_CTX_set_rsa_pss_saltlen(void *ctx, int length);
int EVP_PKEY_CTX_set_rsa_mgf1_md_name(void *ctx, const char *name, const char *properties);
int EVP_DigestSignInit(void *ctx, void **pctx, const void *type, void *engine, void *pkey);
int EVP_DigestSign(void *ctx, unsigned char *signature, size_t *length, const unsigned char *data, size_t size);
int EVP_DigestVerifyInit(void *ctx, void **pctx, const void *type, void *engine, void *pkey);
int EVP_VerifyFinal(void *ctx, const unsigned char *signature, unsigned int length, void *pkey);
int EVP_DigestVerify(void *ctx, const unsigned char *signature, size_t length, const unsigned char *data, size_t size);
void *OSSL_PARAM_BLD_new(void);
void OSSL_PARAM_BLD_free(void *builder);
void *OSSL_PARAM_BLD_to_param(void *builder);
void OSSL_PARAM_free(void *params);
int OSSL_PARAM_BLD_push_BN(void *builder, const char *key, const void *bn);
int OSSL_PARAM_BLD_push_utf8_string(void *builder, const char *key, const char *text, size_t length);
int OSSL_PARAM_BLD_push_octet_string(void *builder, const char *key, const void *data, size_t length);

void *ngx_http_lua_ffi_get_req_ssl_pointer(void *r);
uint64_t SSL_set_options(void *ssl, uint64_t options);
int SSL_set_session_id_context(void *ssl, const unsigned char *context, unsigned int length);
void *SSL_get_session(const void *ssl);
int SSL_SESSION_set1_id_context(void *session, const unsigned char *context, unsigned int length);
void *SSL_get_peer_cert_chain(const void *ssl);
`);

/** A C function. LuaJIT converts strings, numbers and nil (a null pointer), and says that a null pointer equals nil. */
type CFunction = (this: void, ...args: unknown[]) => CData | undefined;

const C = ffi.C as Record<string, CFunction>;

/** A number that a C function gave. */
function asNumber(value: unknown): number {
  return tonumber(value as string) ?? 0;
}

/** 1 is OpenSSL's word for success. */
function succeeded(value: unknown): boolean {
  return tonumber(value as string) === 1;
}

/** Element of a C array, counted from 0. */
function element(array: CData, index: number): CData | undefined {
  return (array as unknown as LuaTable<number, CData | undefined>).get(index);
}

function text(pointer: CData | undefined): string {
  return pointer === undefined || (pointer as unknown) === undefined ? "" : ffi.string(pointer);
}

const fileOut = ffi.new("const char *[1]");
const functionOut = ffi.new("const char *[1]");
const lineOut = ffi.new("int[1]");

/** OpenSSL's last error in the words of lua-resty-openssl, and the queue of errors emptied. */
function formatError(context?: string): string {
  const prefix = context === undefined ? "" : context;
  if (asNumber(C.ERR_peek_error()) === 0) return `${prefix} failed`;
  const code = C.ERR_peek_last_error_all(fileOut, lineOut, functionOut, undefined, undefined) as CData;
  let file = text(element(fileOut, 0));
  const [slash] = string.find(file, "/", 1, true);
  if (slash !== undefined) file = string.sub(file, slash + 1);
  const message = string.format(
    "error:%X:%s:%s:%s:%s:%d:",
    asNumber(code),
    text(C.ERR_lib_error_string(code)),
    text(element(functionOut, 0)),
    text(C.ERR_reason_error_string(code)),
    file,
    asNumber(element(lineOut, 0)),
  );
  C.ERR_clear_error();
  return prefix === "" ? message : `${prefix}: ${message}`;
}

const BIO_RESET = 1;
const BIO_INFO = 3;

/** Runs a function on a memory BIO that holds `data`. */
function readFrom<T>(data: string, read: (this: void, bio: CData) => T): T {
  const bio = C.BIO_new_mem_buf(data, data.length) as CData;
  const result = read(bio);
  C.BIO_free(bio);
  return result;
}

function rewind(bio: CData): void {
  C.BIO_ctrl(bio, BIO_RESET, 0, undefined);
}

/** What a function writes to a memory BIO; undefined where it fails. */
function writeTo(write: (this: void, bio: CData) => unknown): string | undefined {
  const bio = C.BIO_new(C.BIO_s_mem()) as CData;
  let result: string | undefined;
  if (succeeded(write(bio))) {
    const data = ffi.new("char *[1]");
    const length = asNumber(C.BIO_ctrl(bio, BIO_INFO, 0, data));
    result = ffi.string(element(data, 0) as CData, length);
  }
  C.BIO_free(bio);
  return result;
}

/** Lets LuaJIT's collector free the object. */
function owned(object: CData, free: string): CData {
  return ffi.gc(object, C[free]);
}

export { C, asNumber, element, formatError, owned, readFrom, rewind, succeeded, text, writeTo };
