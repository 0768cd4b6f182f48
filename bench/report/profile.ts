/** Where the microseconds go. */
import type { Abort, Profile, Share } from "../profile.ts";
import { number } from "./format.ts";
import { type Paragraph, type Section, section } from "./section.ts";

const LONGEST = 25;

function table(what: string, shares: readonly Share[]): Paragraph {
  return {
    headings: [what, "% of samples"],
    rows: shares
      .filter(({ percent }) => percent >= 0.5)
      .slice(0, LONGEST)
      .map((share) => [share.what, number(share.percent)]),
  };
}

const abortLine = ({ start, place, reason, times, compiledLater }: Abort): string =>
  `from \`${start}\`, at \`${place}\`: ${reason} (${times} ×${compiledLater ? "; compiled at another try" : ""})`;

function paragraphsOf(profile: Profile): Paragraph[] {
  const { title, samples, states, owners, functions, aborts, stitches, compiled } = profile;
  const impossible = aborts.filter(({ reason }) => /NYI|blacklisted/.test(reason));
  return [
    `**${title}**: ${samples} samples of LuaJIT's profiler, one each millisecond of the worker's time.`,
    table("state of the virtual machine", states),
    "The samples in Lua, by whose code it is; a library counts for who called it:",
    table("code", owners),
    table("function", functions),
    `LuaJIT's compiler on our files, from nothing: ${compiled} traces; given up at something that it cannot compile (NYI): ` +
      `${impossible.length === 0 ? "none" : impossible.length}; traces that leave compiled code for a function that it does not compile: ${stitches.length === 0 ? "none" : stitches.length}.`,
    ...(aborts.length === 0 ? [] : ["All beginnings that ended without a trace:", aborts.map(abortLine)]),
    ...(stitches.length === 0
      ? []
      : ["Traces that leave compiled code and go on behind it:", stitches.map((stitch) => `\`${stitch}\``)]),
  ];
}

export function profileSection(profiles: readonly Profile[]): Section {
  return section("profile", "### Profile", profiles.flatMap(paragraphsOf));
}
