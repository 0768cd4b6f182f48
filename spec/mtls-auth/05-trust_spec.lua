local trust_library = require("kong.plugins.mtls-auth.trust")
local certificates = require("spec.mtls-auth.certificates")

-- 2125-01-01T00:00:00Z, when the certificates of the specs expire, and 2021-01-01T00:00:00Z, when the expired one did.
local EXPIRY = 4891363200
local EXPIRED = 1609459200
local NOW = 1767225600

local function trust_in(...)
  local trust, problem = trust_library.makeTrust({ ... })
  assert.is_nil(problem)
  return trust
end

local function verify(trust, leaf, sent)
  return trust_library.verifyCertificate(trust, leaf, sent or leaf, NOW)
end

describe("mtls-auth: ca_certificates", function()
  it("verify a certificate that one of them issued, until it expires", function()
    assert.equal(EXPIRY, verify(trust_in(certificates.root), certificates.client))
    assert.equal(EXPIRY, verify(trust_in(certificates.foreign, certificates.root), certificates.client))
  end)

  it("refuse a certificate that somebody else issued", function()
    local until_when, reason = verify(trust_in(certificates.root), certificates.stranger)
    assert.is_nil(until_when)
    assert.equal("unable to get local issuer certificate", reason)
  end)

  it("verify through the intermediate certificates that the client sends", function()
    local trust = trust_in(certificates.root)
    assert.equal(EXPIRY, verify(trust, certificates.below, certificates.below .. certificates.intermediate))
    assert.is_nil((verify(trust, certificates.below)))
  end)

  it("verify through an intermediate certificate among them, without its root as well", function()
    assert.equal(EXPIRY, verify(trust_in(certificates.root, certificates.intermediate), certificates.below))
    assert.equal(EXPIRY, verify(trust_in(certificates.intermediate), certificates.below))
    assert.is_nil((verify(trust_in(certificates.intermediate), certificates.client)))
  end)

  it("do not trust an authority that the client sends", function()
    assert.is_nil((verify(trust_in(certificates.root), certificates.stranger, certificates.stranger .. certificates.foreign)))
  end)

  it("verify on a resumed session, where what the client sent is not known", function()
    assert.equal(EXPIRY, verify(trust_in(certificates.root), certificates.client, ""))
  end)

  it("refuse an expired certificate", function()
    local until_when, reason = verify(trust_in(certificates.root), certificates.expired)
    assert.is_nil(until_when)
    assert.equal("certificate has expired", reason)
  end)

  it("refuse a certificate that is not for clients", function()
    assert.is_nil((verify(trust_in(certificates.root), certificates.server_only)))
  end)

  it("refuse a certificate that signed itself", function()
    assert.is_nil((verify(trust_in(certificates.root), certificates.self_signed)))
  end)

  -- What nginx refuses by Kong's default is not let in by this way: OpenSSL's security level 2.
  it("refuse weak signatures and keys of every kind: MD5, SHA-1, RSA keys of fewer than 2048 bits, RSASSA-PSS likewise, short curves", function()
    local trust = trust_in(certificates.rsa_root)
    assert.is_number((verify(trust, certificates.fine)))
    for name, expected in pairs({ sha1 = "digest algorithm too weak", md5 = "digest algorithm too weak", short = "key too weak" }) do
      local until_when, reason = verify(trust, certificates[name])
      assert.is_nil(until_when)
      assert.matches(expected, reason)
    end
    assert.is_nil((verify(trust_in(certificates.weak_root), certificates.below_weak)))
    local pss = trust_in(certificates.pss_root)
    assert.is_number((verify(pss, certificates.pss_sha256)))
    assert.is_nil((verify(pss, certificates.pss_sha1)))
    assert.is_nil((verify(pss, certificates.pss_short)))
    assert.is_nil((verify(pss, certificates.below_p192, certificates.below_p192 .. certificates.p192_intermediate)))
  end)

  it("take a signature that does not count as it is: the authority's own", function()
    assert.is_number((verify(trust_in(certificates.sha1), certificates.sha1)))
  end)

  it("hold for no longer than any certificate that can have taken part", function()
    local trust = trust_in(certificates.root)
    local soon = { store = trust.store, authorities = trust.authorities, expiries = { NOW + 60, EXPIRY } }
    assert.equal(NOW + 60, verify(soon, certificates.client))
    local past = { store = trust.store, authorities = trust.authorities, expiries = { EXPIRED, EXPIRY } }
    assert.equal(EXPIRY, verify(past, certificates.client))
  end)

  it("refuse what is no certificate, without raising", function()
    local trust = trust_in(certificates.root)
    for _, leaf in ipairs({ "", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" }) do
      local until_when, reason = verify(trust, leaf)
      assert.is_nil(until_when)
      assert.is_string(reason)
    end
    local broken = certificates.client .. "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    assert.is_nil((verify(trust, certificates.client, broken)))
  end)

  it("read no more than nine of the certificates that a client sends", function()
    local trust = trust_in(certificates.root)
    local eight = string.rep(certificates.stranger, 8)
    assert.equal(EXPIRY, verify(trust, certificates.below, certificates.below .. eight .. certificates.intermediate))
    assert.is_nil((verify(trust, certificates.below, certificates.below .. eight .. certificates.stranger .. certificates.intermediate)))
  end)

  it("cannot be used when one is no certificate", function()
    local trust, problem = trust_library.makeTrust({ certificates.root, "x" })
    assert.is_nil(trust)
    assert.is_string(problem)
  end)
end)
