/** Readers of a response's body. Each call gives the next piece, nothing at the end, or nothing and an error. */
type Piece = LuaMultiReturn<[string?, string?]>;
type Reader = (this: void, size?: number) => Piece;

const CHUNK_LINE = "*l";

/**
 * A chunked body (RFC 9112 §7.1): a piece is a chunk, or a part of one where a size is given.
 */
function chunkedReader(socket: Socket, usualSize?: number): Reader {
  let left = 0;
  let ended = false;
  return (size?: number) => {
    if (ended) return $multi();
    if (left === 0) {
      const [line, lineError] = socket.receive(CHUNK_LINE);
      if (line === undefined) return $multi(undefined, lineError);
      const length = tonumber(line, 16);
      if (length === undefined) return $multi(undefined, "unable to read chunksize");
      if (length === 0) {
        ended = true;
        socket.receive(2);
        return $multi();
      }
      left = length;
    }
    const limit = size ?? usualSize;
    const wanted = limit !== undefined && limit < left ? limit : left;
    const [bytes, err] = socket.receive(wanted);
    if (bytes === undefined) return $multi(undefined, err);
    left = left - wanted;
    if (left === 0) socket.receive(2);
    return $multi(bytes);
  };
}

/** A body with a length, read whole or in pieces. */
function sizedReader(socket: Socket, length: number, usualSize?: number): Reader {
  let left = length;
  return (size?: number) => {
    if (left <= 0) return $multi();
    const limit = size ?? usualSize;
    const wanted = limit !== undefined && limit < left ? limit : left;
    const [bytes, err] = socket.receive(wanted);
    if (bytes === undefined) return $multi(undefined, err);
    left = left - wanted;
    return $multi(bytes);
  };
}

/** A body that ends with the connection. */
function closingReader(socket: Socket, usualSize?: number): Reader {
  let ended = false;
  return (size?: number) => {
    if (ended) return $multi();
    const limit = size ?? usualSize;
    if (limit === undefined) {
      ended = true;
      const [all, failure] = socket.receive("*a");
      return $multi(all, failure);
    }
    const [bytes, err, partial] = socket.receive(limit);
    if (bytes !== undefined) return $multi(bytes);
    ended = true;
    if (err === "closed") return $multi(partial, err);
    return $multi(undefined, err);
  };
}

function noBody(): Piece {
  return $multi();
}

export { Reader, chunkedReader, closingReader, noBody, sizedReader };
