-- Transpiled from src/kong/plugins/token-introspection/forgetting.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local cjson = require("cjson.safe")
local ____base64 = require("kong.plugins.token-introspection.base64")
local encodeBase64url = ____base64.encodeBase64url
local ____claims = require("kong.plugins.token-introspection.claims")
local clientIdOf = ____claims.clientIdOf
local decodeClaims = ____claims.decodeClaims
local nameText = ____claims.nameText
local ____hearing = require("kong.plugins.token-introspection.hearing")
local beginHearing = ____hearing.beginHearing
local hear = ____hearing.hear
local missedUntil = ____hearing.missedUntil
local nextEvent = ____hearing.nextEvent
local ____sha256 = require("kong.plugins.token-introspection.sha256")
local sha256 = ____sha256.sha256
local now = ngx.now
--- Source and channel of the events between workers and between nodes.
local CHANNEL = "token_introspection:forget"
--- With more marks than this everything is forgotten instead: marks must not grow without bound.
local MOST_MARKS = 10000
--- The marks of this worker. A hit compares one number while nothing was forgotten since its entry was obtained.
local marks = {
  latest = 0,
  everything = 0,
  count = 0,
  token = {},
  sub = {},
  client_id = {},
}
--- The name under which a token is cached and forgotten, never the token: its SHA-256, base64url, which is also what `ath` of a DPoP proof must be
-- (RFC 9449 section 4.2).
function ____exports.tokenName(token)
  local hash = sha256(token)
  local ____temp_0
  if hash == nil then
    ____temp_0 = nil
  else
    ____temp_0 = encodeBase64url(hash)
  end
  return ____temp_0
end
local function forgetEverything(time)
  marks.everything = time
  marks.count = 0
  marks.token = {}
  marks.sub = {}
  marks.client_id = {}
end
local function apply(mark)
  if mark.event ~= nil then
    hear(mark.event)
  end
  marks.latest = math.max(marks.latest, mark.time)
  if mark.kind == "everything" or marks.count >= MOST_MARKS then
    return forgetEverything(mark.time)
  end
  local marked = marks[mark.kind]
  if not (marked[mark.value] ~= nil) then
    marks.count = marks.count + 1
  end
  marked[mark.value] = mark.time
end
--- Tells this node's workers.
local function forgetOnNode(what)
  local time = now()
  local mark = {
    kind = what.kind,
    value = what.value,
    time = time,
    event = nextEvent(time),
  }
  apply(mark)
  local posted, message = kong.worker_events.post(CHANNEL, "mark", mark)
  return posted == nil and (message or "the other workers could not be told") or nil
end
--- Forgets on this node and, where there is a database, on all nodes of the cluster.
--
-- @returns undefined, or what went wrong.
function ____exports.forget(what)
  local failed = forgetOnNode(what)
  local text = cjson.encode({ kind = what.kind, value = what.value })
  local told, message = kong.cluster_events:broadcast(CHANNEL, text or "")
  return failed or (told == nil and (message or "the other nodes could not be told") or nil)
end
local function fromCluster(data)
  local what = cjson.decode(data)
  if what == nil then
    return kong.log.err("a message of another node could not be read")
  end
  local failed = forgetOnNode(what)
  if failed ~= nil then
    kong.log.err("forgetting: ", failed)
  end
end
--- Listens for what other workers and nodes forget. Phase: init_worker.
function ____exports.listen()
  marks.everything = beginHearing()
  marks.latest = marks.everything
  kong.worker_events.register(function(data)
    return apply(data)
  end, CHANNEL, "mark")
  local subscribed, message = kong.cluster_events:subscribe(CHANNEL, fromCluster)
  if subscribed == nil then
    kong.log.err("other nodes' forgetting will not be heard: ", message)
  end
end
--- What was forgotten is not known where its event was missed: everything is, then.
local function hearWhatWasMissed()
  local time = missedUntil()
  if time == nil then
    return
  end
  marks.latest = math.max(marks.latest, time)
  forgetEverything(marks.latest)
end
local function isMarked(____table, name, obtained)
  if name == nil then
    return false
  end
  local time = ____table[name]
  return time ~= nil and obtained <= time
end
--- Whether an answer was forgotten after it was asked for.
--
-- @param obtained seconds since the epoch at which it was asked for.
-- @param name the token's name.
-- @param claimsText the answer's JSON object.
function ____exports.isForgotten(obtained, name, claimsText)
  hearWhatWasMissed()
  if obtained > marks.latest then
    return false
  end
  if obtained <= marks.everything or isMarked(marks.token, name, obtained) then
    return true
  end
  local claims = decodeClaims(claimsText)
  if claims == nil then
    return true
  end
  return isMarked(marks.sub, nameText(claims.sub), obtained) or isMarked(marks.client_id, clientIdOf(claims), obtained)
end
--- Whether a token, or everything, was forgotten in the last seconds.
--
-- @param name the token's name.
function ____exports.wasForgottenWithin(name, seconds)
  hearWhatWasMissed()
  local time = math.max(marks.everything, marks.token[name] or 0)
  return time > 0 and now() - time <= seconds
end
return ____exports
