-- Transpiled from src/kong/plugins/token-introspection/tunnel.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____http_line = require("kong.plugins.token-introspection.http-line")
local NOT_HTTP = ____http_line.NOT_HTTP
local endHead = ____http_line.endHead
local limitHead = ____http_line.limitHead
--- The connection is made, or not: the socket is as all sockets are.
function ____exports.stopWatching(socket)
  endHead(socket)
  socket.sslhandshake = nil
end
--- Milliseconds in which bytes behind the proxy's answer would show. A server says nothing before the client's first message.
local LISTENING_TIME = 1
--- Takes note of when a connection that is about to be made shakes hands.
--
-- @param beforeHand says why it must not.
function ____exports.watchHandshake(call, socket, beforeHand)
  socket.sslhandshake = function(____, session, name, verify, status)
    ____exports.stopWatching(socket)
    call.stage = "shaking hands"
    local trouble = beforeHand and beforeHand()
    if trouble ~= nil then
      return nil, trouble
    end
    return socket:sslhandshake(session, name, verify, status)
  end
end
--- Guards a connection that is about to be made: the head of the answer to CONNECT is bounded, and nothing may stand behind it. What stands there the socket
-- would keep through the handshake, and give away afterwards as if the server had sent it.
--
-- @param timeout of the socket, in milliseconds.
function ____exports.guardTunnel(call, socket, timeout)
  limitHead(socket, function()
    call.stage = "waiting for the proxy's answer"
  end)
  ____exports.watchHandshake(call, socket, function()
    socket:settimeout(LISTENING_TIME)
    local early, message = socket:receiveany(1)
    if early ~= nil then
      return NOT_HTTP .. ": there are bytes behind the answer to CONNECT"
    end
    if message ~= "timeout" then
      return message or "closed"
    end
    socket:settimeout(timeout)
    return nil
  end)
end
return ____exports
