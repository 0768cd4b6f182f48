/** IP addresses as numbers, so that equal ones are equal however they are written (RFC 4291 section 2.2), and networks of them (RFC 4632). */
import { eachMatch } from "./text";

const find = string.find;
const floor = math.floor;
const match = string.match;
const sub = string.sub;

/** The 4 or 16 bytes of an address. */
export type IpAddress = readonly number[];

function parseIpv4(this: void, text: string): number[] | undefined {
  if (find(text, "^%d+%.%d+%.%d+%.%d+$")[0] === undefined) return undefined;
  const bytes: number[] = [];
  for (const digits of eachMatch(text, "%d+")) {
    const value = tonumber(digits, 10);
    if (value === undefined || value > 255) return undefined;
    bytes.push(value);
  }
  return bytes;
}

/** Adds the bytes of groups between colons; the last one may be an IPv4 address. @returns false where they are none. */
function addGroups(this: void, text: string, bytes: number[]): boolean {
  if (text === "") return true;
  for (const group of eachMatch(text + ":", "([^:]*):")) {
    if (find(group, "^%x%x?%x?%x?$")[0] !== undefined) {
      const value = tonumber(group, 16) ?? 0;
      bytes.push(floor(value / 256));
      bytes.push(value % 256);
    } else {
      const last = parseIpv4(group);
      if (last === undefined || sub(text, -group.length) !== group) return false;
      for (const byte of last) bytes.push(byte);
    }
  }
  return true;
}

function parseIpv6(this: void, text: string): number[] | undefined {
  const [before, after] = match(text, "^(.-)::(.*)$");
  const head: number[] = [];
  const tail: number[] = [];
  if (!addGroups(before ?? text, head) || !addGroups(after ?? "", tail)) return undefined;
  const missing = 16 - head.length - tail.length;
  // Two colons stand for one group of zeros at least.
  if (before === undefined ? missing !== 0 : missing < 2) return undefined;
  for (const _ of $range(1, missing)) head.push(0);
  for (const byte of tail) head.push(byte);
  return head;
}

/** Reads an address without brackets, zone and port. */
export function parseIpAddress(this: void, text: string): IpAddress | undefined {
  return find(text, ":", 1, true)[0] === undefined ? parseIpv4(text) : parseIpv6(text);
}

/** Whether two addresses begin with the same bits. @param bits how many; undefined: all. */
export function sharePrefix(this: void, one: IpAddress, other: IpAddress, bits?: number): boolean {
  const length = bits ?? one.length * 8;
  if (one.length !== other.length || length > one.length * 8) return false;
  const whole = floor(length / 8);
  for (const index of $range(0, whole - 1)) {
    if (one[index] !== other[index]) return false;
  }
  const unit = 2 ** (8 - (length % 8));
  return length % 8 === 0 || floor((one[whole] ?? 0) / unit) === floor((other[whole] ?? 0) / unit);
}
