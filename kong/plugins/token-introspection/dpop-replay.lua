-- Transpiled from src/kong/plugins/token-introspection/dpop-replay.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____base64 = require("kong.plugins.token-introspection.base64")
local encodeBase64url = ____base64.encodeBase64url
local ____dpop = require("kong.plugins.token-introspection.dpop")
local allowedAhead = ____dpop.allowedAhead
local ____dpop_dictionary = require("kong.plugins.token-introspection.dpop-dictionary")
local PREFIX = ____dpop_dictionary.PREFIX
local addOnce = ____dpop_dictionary.addOnce
local ____node_memory = require("kong.plugins.token-introspection.node-memory")
local KONGS_CACHE = ____node_memory.KONGS_CACHE
local LOCKS = ____node_memory.LOCKS
local ____refusal = require("kong.plugins.token-introspection.refusal")
local refusal = ____refusal.refusal
local ____sha256 = require("kong.plugins.token-introspection.sha256")
local sha256 = ____sha256.sha256
--- Since when the dictionary remembers; its flags are the seconds for which it remembers a proof. One entry, which every proof reads: an entry that never
-- expires and is never read would come to be the one used least lately, behind which nginx finds no expired ones, and in Kong's dictionary it would go.
local SINCE = PREFIX .. "since"
local JTI = PREFIX .. "jti:"
--- Seconds for which the proofs that were used before the last change are remembered at least, while any of them could be good for longer.
local SHORTER = PREFIX .. "shorter"
--- Longest `jti` that is kept as it is, in bytes: with it an entry takes as much memory as with a hash, 256 bytes.
local MAX_PLAIN_JTI_LENGTH = 96
--- Seconds to which clients round `iat` down.
local RESOLUTION = 1
local ceil = math.ceil
local max = math.max
local min = math.min
local sub = string.sub
--- Seconds for which a dictionary remembers a proof at least, by its name: the longest that any configuration in force takes one for good.
local lifetimes = {}
--- The dictionaries in which SHORTER may stand: not to be looked for with each proof.
local shortened = {}
--- Keeps what the second dictionary holds of proofs for as long as these are good: the first one may have been emptied, and was to remember
-- them from then on.
--
-- @param lifetime seconds after its `iat` for which a proof can be good.
local function keepNoted(now, lifetime)
  local second = ngx.shared[LOCKS]
  if second == nil then
    return
  end
  for ____, key in ipairs(second:get_keys(0)) do
    if sub(key, 1, #JTI) == JTI then
      local issuedAt = second:get(key)
      local seconds = type(issuedAt) == "number" and issuedAt + lifetime + RESOLUTION + 1 - now or 0
      if seconds > 0 then
        second:expire(key, seconds)
      end
    end
  end
end
--- The time since which a dictionary remembers everything; a new one begins now. The second value is for how long, where that was noted.
local function rememberedSince(name, dictionary, now)
  local known, lifetime = dictionary:get(SINCE)
  if type(known) == "number" then
    return known, lifetime
  end
  local begun = addOnce(name, dictionary, SINCE, now, 0)
  if begun ~= nil and name == KONGS_CACHE then
    keepNoted(now, lifetimes[name] or 0)
  end
  local since, noted = dictionary:get(SINCE)
  if type(since) == "number" then
    return since, noted
  end
  return nil, nil
end
--- Takes note of how long proofs are remembered from now on. What was remembered for a shorter time cannot be known any more.
--
-- @param former seconds for which they were remembered until now; undefined: that was not noted.
local function lengthen(dictionary, since, former, lifetime)
  if former == lifetime then
    return
  end
  if former == nil or former > lifetime then
    dictionary:set(SINCE, since, 0, lifetime)
    return
  end
  local known = dictionary:get(SHORTER)
  local shorter = type(known) == "number" and min(known, former) or former
  dictionary:set(SHORTER, shorter, lifetime + allowedAhead(former) + RESOLUTION + 1)
  dictionary:set(SINCE, max(since, ngx.now() - former), 0, lifetime)
end
--- Whether a proof is older than what is remembered of those that were used before the last change.
local function outlivesMemory(name, dictionary, issuedAt, now)
  local shorter = dictionary:get(SHORTER)
  if type(shorter) == "number" then
    return now > issuedAt + shorter + RESOLUTION
  end
  shortened[name] = nil
  return false
end
--- Begins to remember, unless it has begun. Called when the configuration is set, so that the first proof is not the one that starts it and
-- is refused for being older.
--
-- @param longest for each shared dictionary, by its name, the seconds for which a proof can be good under any configuration in force.
local function beginRemembering(longest)
  lifetimes = longest
  local kept = longest[KONGS_CACHE]
  if kept ~= nil then
    keepNoted(ngx.now(), kept)
  end
  for name, lifetime in pairs(longest) do
    local dictionary = ngx.shared[name]
    if dictionary ~= nil then
      local since, former = rememberedSince(name, dictionary, ngx.now())
      if since ~= nil then
        lengthen(dictionary, since, former, ceil(lifetime))
      end
      local shorter = dictionary:get(SHORTER)
      if shorter ~= nil then
        shortened[name] = true
      end
    end
  end
end
--- Nobody knows any more whether the proof was used.
local function tooOld()
  return { code = "invalid_dpop_proof", cause = "dpop: the proof is older than what is remembered of used proofs", dpop = true }
end
local function refusedBy(message)
  if message == "exists" then
    return { code = "invalid_dpop_proof", cause = "dpop: the proof was used before", dpop = true }
  end
  return refusal("unexpected", "dpop_dictionary: a used proof cannot be remembered: " .. message)
end
--- Notes a proof in the second dictionary, for as long as emptying the first one could let it pass again.
--
-- @param since when the first dictionary began to remember.
-- @param ahead seconds that a proof may be dated ahead.
-- @returns undefined when it was not noted before; or why it is refused.
local function note(key, issuedAt, since, now, ahead)
  local second = ngx.shared[LOCKS]
  if second == nil then
    return refusedBy("there is no dictionary " .. LOCKS)
  end
  if issuedAt > now - RESOLUTION then
    local noted, why = addOnce(LOCKS, second, key, issuedAt, issuedAt + RESOLUTION - now + 1)
    return noted == nil and refusedBy(why or "no memory") or nil
  end
  return issuedAt < since + ahead and (second:get(key)) ~= nil and refusedBy("exists") or nil
end
--- The key of a proof in a dictionary, which is never the one of another proof: a thumbprint has 43 bytes, as many as the hash that stands in place of
-- thumbprint and a long `jti`.
local function keyOf(thumbprint, jti)
  if #jti <= MAX_PLAIN_JTI_LENGTH then
    return (JTI .. thumbprint) .. jti
  end
  local hash, message = sha256(thumbprint .. jti)
  if hash == nil then
    return nil, message or "no SHA-256"
  end
  return JTI .. encodeBase64url(hash)
end
--- Uses a proof up.
--
-- @param thumbprint of the proof's key: two keys may choose the same `jti`.
-- @param now seconds since the epoch.
-- @returns undefined when this was its first use; or why it is refused.
local function useProof(settings, thumbprint, proof, now)
  local ____settings_0 = settings
  local maxAge = ____settings_0.dpop_max_age
  local leeway = ____settings_0.leeway
  local name = ____settings_0.dpop_dictionary
  local dictionary = ngx.shared[name]
  if dictionary == nil then
    return refusal("unexpected", "dpop_dictionary: there is no such shared dictionary")
  end
  local ____proof_1 = proof
  local issuedAt = ____proof_1.iat
  local jti = ____proof_1.jti
  local since, noted = rememberedSince(name, dictionary, now)
  if since == nil then
    return refusedBy("no memory")
  end
  if issuedAt + RESOLUTION <= since then
    return tooOld()
  end
  if shortened[name] ~= nil and outlivesMemory(name, dictionary, issuedAt, now) then
    return tooOld()
  end
  local key, message = keyOf(thumbprint, jti)
  if key == nil then
    return refusal("unexpected", message or "no SHA-256")
  end
  local lifetime = max(maxAge + leeway, lifetimes[name] or 0, noted or 0)
  local seconds = issuedAt + lifetime - now + RESOLUTION + 1
  if name == KONGS_CACHE then
    local refused = note(key, issuedAt, since, now, allowedAhead(leeway))
    if refused ~= nil then
      return refused
    end
  end
  local added, why = addOnce(name, dictionary, key, true, seconds)
  if added == nil then
    return refusedBy(why or "no memory")
  end
  if name == KONGS_CACHE and (dictionary:get(SINCE)) ~= since then
    return tooOld()
  end
  return nil
end
____exports.beginRemembering = beginRemembering
____exports.useProof = useProof
return ____exports
