-- Transpiled from src/kong/plugins/token-introspection/http-line.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- Lines of an answer, none longer than is good for us: the cosocket's `*l` reads until there is a line or no memory left, and so does the library,
-- which reads the head of an answer with it.
local byte = string.byte
local find = string.find
local match = string.match
local sub = string.sub
local concat = table.concat
--- Longest line, in bytes.
local LINE_LIMIT = 16 * 1024
--- Longest head, interim answers included, in bytes: more than any server or proxy in use sends.
local HEAD_LIMIT = 64 * 1024
local CARRIAGE_RETURN = 13
--- How the library begins what it says of an answer that is not HTTP; what is found here begins likewise.
____exports.NOT_HTTP = "couldn't parse"
--- Whether an error of the library, or of `readLine`, says that what came is not HTTP.
function ____exports.isNotHttp(message)
  return (find(message, ____exports.NOT_HTTP, 1, true)) ~= nil
end
--- Reads a line.
--
-- @returns the line without its end; undefined and the cosocket's error, or `NOT_HTTP` and what is wrong with it.
function ____exports.readLine(socket)
  local read = socket:receiveuntil("\n")
  local line, message = read(LINE_LIMIT)
  if line == nil then
    return nil, message or "closed"
  end
  local more, trouble = read(1)
  if more ~= nil then
    return nil, ((____exports.NOT_HTTP .. ": a line is longer than ") .. tostring(LINE_LIMIT)) .. " bytes"
  end
  if trouble ~= nil then
    return nil, trouble
  end
  local text = byte(line, #line) == CARRIAGE_RETURN and sub(line, 1, #line - 1) or line
  if (find(text, "\r", 1, true)) ~= nil then
    return nil, ____exports.NOT_HTTP .. ": a line has a carriage return in it"
  end
  return text
end
--- Whether a line is the first of an answer (RFC 9112 section 4). The library takes whatever stands there in place of digits for a number.
local function isStatusLine(line)
  local rest = match(line, "^HTTP/1%.%d %d%d%d(.?)")
  return rest == "" or rest == " "
end
--- Whether a status line is that of an interim answer (RFC 9110 section 15.2), behind which another follows.
local function isInterim(line)
  local status = match(line, "^HTTP/1%.%d (1%d%d)")
  return status ~= nil and status ~= "101"
end
--- Whether a line of the head is a header (RFC 9112 section 5): of any other the library takes what follows for the body.
local function isField(line)
  return (find(line, "^[%w!#$%%&'*+.^_`|~-]+:")) ~= nil
end
--- What a line adds to the header before it (obs-fold, RFC 9112 section 5.2); undefined: nothing, it is a line of its own.
local function foldOf(line)
  return (match(line, "^[ \t]+(.*)$"))
end
--- Lets the library read the head of an answer, or of several interim ones before it, through `readLine`.
--
-- @param begun is called when it begins to read, where the library knows of no interim answers: those are read here, and not shown to it.
function ____exports.limitHead(socket, begun)
  local left = HEAD_LIMIT
  local beginning = true
  --- A line that was read to see whether it belongs to the one before.
  local ahead
  local function next()
    if ahead ~= nil then
      local line = ahead
      ahead = nil
      return line
    end
    local line, message = ____exports.readLine(socket)
    if line == nil then
      return nil, message
    end
    left = left - (#line + 2)
    if left < 0 then
      return nil, ((____exports.NOT_HTTP .. ": the head is longer than ") .. tostring(HEAD_LIMIT)) .. " bytes"
    end
    return line
  end
  local function behindInterim()
    do
      while true do
        local line, message = next()
        if line == nil then
          return nil, message
        end
        if not isInterim(line) then
          return line
        end
        while line ~= "" do
          line, message = next()
          if line == nil then
            return nil, message
          end
        end
      end
    end
  end
  socket.receive = function()
    if begun ~= nil then
      begun()
    end
    local first = beginning and begun ~= nil and behindInterim or next
    local line, message = first()
    if line == nil then
      return nil, message
    end
    if beginning then
      if not isStatusLine(line) then
        return nil, ____exports.NOT_HTTP .. ": the first line is no status line"
      end
      beginning = false
      return line
    end
    if line == "" then
      beginning = true
      return line
    end
    if not isField(line) then
      return nil, ____exports.NOT_HTTP .. ": a line of the head is no header"
    end
    local folded = { line }
    do
      while true do
        local following, trouble = next()
        if following == nil then
          return nil, trouble
        end
        local fold = foldOf(following)
        if fold == nil then
          ahead = following
          return concat(folded, " ")
        end
        folded[#folded + 1] = fold
      end
    end
  end
end
--- The head has been read: the socket reads as all sockets do.
function ____exports.endHead(socket)
  socket.receive = nil
end
return ____exports
