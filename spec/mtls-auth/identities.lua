--- Certificates with their keys, made anew for each run of the integration specs.
local pkey = require("resty.openssl.pkey")
local x509 = require("resty.openssl.x509")
local x509_name = require("resty.openssl.x509.name")
local x509_extension = require("resty.openssl.x509.extension")
local bignum = require("resty.openssl.bn")

local identities = {}
local serial = 4095

local function name(parts)
  local made = assert(x509_name.new())
  for _, part in ipairs(parts) do
    assert(made:add(part[1], part[2]))
  end
  return made
end

--- Makes a certificate and its key.
-- @param parts the subject: pairs of an attribute's name and its value, the most general first.
-- @param issuer another identity; nil: it signs itself, and is an authority.
function identities.new(parts, issuer)
  local key = assert(pkey.new({ type = "EC", curve = "prime256v1" }))
  local certificate = assert(x509.new())
  serial = serial + 1
  local subject = name(parts)
  assert(certificate:set_version(3))
  assert(certificate:set_serial_number((assert(bignum.new(serial)))))
  assert(certificate:set_subject_name(subject))
  assert(certificate:set_issuer_name(issuer and issuer.subject or subject))
  assert(certificate:set_not_before(ngx.time() - 3600))
  assert(certificate:set_not_after(ngx.time() + 86400))
  assert(certificate:set_pubkey(key))
  local constraint = issuer and "CA:FALSE" or "CA:TRUE"
  assert(certificate:add_extension((assert(x509_extension.new("basicConstraints", "critical," .. constraint)))))
  assert(certificate:sign(issuer and issuer.key or key))
  return {
    subject = subject,
    key = key,
    serial = ("%X"):format(serial),
    certificate_pem = assert(certificate:to_PEM()),
    key_pem = assert(key:to_PEM("private")),
    certificate_der = assert(certificate:tostring("DER")),
  }
end

--- Writes a certificate to a file that every user may read. Gives its path.
function identities.write(identity)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(identity.certificate_pem)
  file:close()
  assert(os.execute("chmod 644 " .. path))
  return path
end

return identities
