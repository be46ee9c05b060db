import { describe, expect, test } from "@jest/globals";
import type { Entry, EntryKey, JsonValue } from "../../src/serializable.ts";
import type { WindowOptions } from "../../src/window/options.ts";
import { ClassMonitor } from "../../src/window/class-monitor.ts";
import { Tags } from "../../src/window/tags.ts";
import { show } from "./matrix-text.ts";

const minute = 60_000;
const now = 1_700_000_000_000;
const options: WindowOptions = {
  tagLabels: ["model", "version"],
  models: new Map(),
  windows: [
    { kind: "time", label: "5m", ms: 5 * minute, panes: 60 },
    { kind: "time", label: "1h", ms: 60 * minute, panes: 60 },
    { kind: "last", label: "last_3", size: 3 },
  ],
  limits: { maxTags: 3, maxClasses: 4, futureToleranceMs: minute, tagIdleMs: 24 * 60 * minute },
};

const make = (as = options): Tags => new Tags(as, new ClassMonitor());

function save(
  tags: Tags,
  into = new Map<string, readonly [EntryKey, JsonValue]>(),
): Map<string, readonly [EntryKey, JsonValue]> {
  for (const { key, value } of tags.changes()) {
    if (value === undefined) into.delete(JSON.stringify(key));
    else into.set(JSON.stringify(key), [key, JSON.parse(JSON.stringify(value)) as JsonValue]);
  }
  return into;
}

function restore(saved: Map<string, readonly [EntryKey, JsonValue]>, as = options): { tags: Tags; discarded: number } {
  const tags = make(as);
  const { discarded } = tags.restore(saved.values(), (name) => name);
  return { tags, discarded };
}

describe("an outcome", () => {
  test.each([
    { name: "at now", time: now, cells: ["5m: a>b 1", "1h: a>b 1", "last_3: a>b 1"], placement: "in time" },
    {
      name: "without a time, at now",
      time: Number.NaN,
      cells: ["5m: a>b 1", "1h: a>b 1", "last_3: a>b 1"],
      placement: "in time",
    },
    {
      name: "older than one window",
      time: now - 10 * minute,
      cells: ["5m: ", "1h: a>b 1", "last_3: a>b 1"],
      placement: "late",
    },
    {
      name: "older than all time windows",
      time: now - 90 * minute,
      cells: ["5m: ", "1h: ", "last_3: a>b 1"],
      placement: "gone",
    },
    {
      name: "from the tolerated future",
      time: now + minute,
      cells: ["5m: a>b 1", "1h: a>b 1", "last_3: a>b 1"],
      placement: "in time",
    },
    {
      name: "from beyond it",
      time: now + 90 * minute,
      cells: ["5m: a>b 1", "1h: a>b 1", "last_3: a>b 1"],
      placement: "future",
    },
  ])("an outcome $name is counted where it belongs", ({ time, cells, placement }) => {
    const tags = make();
    expect(tags.add(["m", "v1"], "a", "b", time, now)).toBe(placement);
    expect(show(tags, now)).toEqual(cells);
  });

  test("an outcome from beyond the tolerated future leaves the window as one of now does", () => {
    const tags = make();
    tags.add(["m", "v1"], "a", "b", now + 90 * minute, now);
    expect(show(tags, now + 7 * minute)[0]).toBe("5m: ");
  });
});

describe("changes that are read while counting goes on", () => {
  const names = ["a", "b", "c"];
  const counted = (): Tags => {
    const tags = make();
    for (const name of names) tags.add([name, ""], "x", "y", now, now);
    return tags;
  };
  const meanwhile: readonly { readonly what: string; readonly happens: (tags: Tags, name: string) => void }[] = [
    { what: "an outcome is counted", happens: (tags, name) => tags.add([name, ""], "y", "x", now, now) },
    { what: "a class is new", happens: (tags, name) => tags.add([name, ""], "new", "newer", now, now) },
    { what: "an outcome is mended", happens: (tags, name) => tags.mend([name, ""], "x", "y", "y", now, now, 0, 0) },
    { what: "windows slide", happens: (tags) => tags.snapshot(now + 30 * minute) },
    { what: "figures are read", happens: (tags) => figuresLater(tags) },
    {
      what: "tags are forgotten",
      happens: (tags) => {
        tags.evictIdle(now + 25 * 60 * minute);
        expect(tags.size).toBe(0);
      },
    },
  ];
  const figuresLater = (tags: Tags): void => {
    const { snapshots, close } = tags.read(now + 30 * minute);
    expect(snapshots.flatMap(({ windows }) => windows.map(({ confusion }) => confusion.classes))).not.toEqual([]);
    close();
  };

  test.each(meanwhile)(
    "changes are as of when they were asked for, and the next ones of after it: $what",
    ({ happens }) => {
      for (let taken = 0; taken <= names.length; taken++) {
        const tags = counted();
        const before = tags.snapshot(now);
        const saved = new Map<string, readonly [EntryKey, JsonValue]>();
        const changes = tags.changes()[Symbol.iterator]();
        const put = (entry: IteratorResult<Entry>): boolean => {
          if (entry.done !== true && entry.value.value !== undefined)
            saved.set(JSON.stringify(entry.value.key), [entry.value.key, structuredClone(entry.value.value)]);
          return entry.done !== true;
        };
        // The entries of a tag, and of its three windows: one of which has two parts.
        for (let at = 0; at < 5 * taken; at++) put(changes.next());
        for (const name of names) happens(tags, name);
        while (put(changes.next()));
        expect(restore(saved).tags.snapshot(now)).toEqual(before);
        save(tags, saved);
        expect(restore(saved).tags.snapshot(now)).toEqual(tags.snapshot(now));
      }
    },
  );
});

describe("the latest outcome of a tag", () => {
  test.each([
    { times: [now - minute, now - 9 * minute], latest: now - minute, what: "the one whose event is the latest" },
    { times: [now - 90 * minute], latest: now - 90 * minute, what: "of its event's time, though it is late" },
    { times: [Number.NaN], latest: now, what: "of now when it has no time" },
    { times: [now + minute / 2], latest: now, what: "of now when it is from the tolerated future" },
    { times: [now + 90 * minute], latest: now, what: "of now when it is from beyond it" },
  ])("the latest outcome of a tag with outcomes at $times is $what", ({ times, latest }) => {
    const tags = make();
    for (const time of times) tags.add(["m", "v1"], "a", "b", time, now);
    expect(tags.snapshot(now + 5 * minute)[0]?.latest).toBe(latest);
    expect(restore(save(tags)).tags.snapshot(now)[0]?.latest).toBe(latest);
  });

  test("the latest outcome of a tag is never later than now, though the clock was set back", () => {
    const tags = make();
    tags.add(["m", "v1"], "a", "b", now, now);
    expect(tags.snapshot(now - 60 * minute)[0]?.latest).toBe(now - 60 * minute);
  });

  test("an outcome that a clock which was ahead dated is not the latest for ever", () => {
    const tags = make();
    tags.add(["m", "v1"], "a", "b", Number.NaN, now + 25 * 60 * minute);
    tags.evictIdle(now, now, false);
    tags.evictIdle(now, now, true);
    expect(tags.snapshot(now + 10 * minute)[0]?.latest).toBe(now);
  });

  test("the latest outcome of a tag that an older release saved is of when it was counted", () => {
    const tags = make();
    tags.add(["m", "v1"], "a", "b", now - minute, now);
    const saved = save(tags);
    for (const [key, [entry, value]] of saved) {
      if (entry[0] !== "tag" || typeof value !== "object" || value === null || Array.isArray(value)) continue;
      saved.set(key, [entry, Object.fromEntries(Object.entries(value).filter(([name]) => name !== "latest"))]);
    }
    expect(restore(saved).tags.snapshot(now)[0]?.latest).toBe(now);
  });

  const declared = {
    ...options,
    models: new Map(["m", "*"].map((name) => [name, { classes: undefined, spellings: new Map(), objectives: [] }])),
  };
  const nextDay = now + 25 * 60 * minute;

  test("the latest outcome of a declared model is kept after its tags were removed, over a restart, until a tag comes", () => {
    const tags = make(declared);
    tags.add(["m", "v2"], "a", "b", now, now);
    tags.add(["m", "v1"], "a", "b", now - minute, now);
    tags.add(["other", "v1"], "a", "b", now, now);
    expect(tags.silentModels(now)).toEqual([]);
    expect(tags.evictIdle(nextDay).map((labels) => labels.map(({ value }) => value).join(" "))).toEqual([
      "m v2",
      "m v1",
      "other v1",
    ]);
    const { tags: again } = restore(save(tags), declared);
    const labels = [
      { name: "model", value: "m" },
      { name: "version", value: "v2" },
    ];
    for (const each of [tags, again]) expect(each.silentModels(nextDay)).toEqual([{ model: "m", labels, latest: now }]);
    again.add(["m", "v3"], "a", "b", nextDay, nextDay);
    expect(again.silentModels(nextDay)).toEqual([]);
  });

  test("predictions keep a tag without outcomes, and the latest one of a declared model is kept after its tags", () => {
    const tags = make(declared);
    expect(tags.predict(["m", "v1"], now - minute, now)).toBe(true);
    expect(tags.evictIdle(nextDay - 2 * 60 * minute)).toEqual([]);
    expect(tags.snapshot(now)).toMatchObject([{ outcomes: 0, latest: undefined, latestPrediction: now - minute }]);
    expect(restore(save(tags), declared).tags.snapshot(now)).toMatchObject([{ latestPrediction: now - minute }]);
    tags.evictIdle(nextDay);
    const { tags: again } = restore(save(tags), declared);
    for (const each of [tags, again]) {
      expect(each.silentModels(nextDay)).toMatchObject([{ model: "m", latest: 0, latestPrediction: now - minute }]);
    }
  });

  test("the latest outcome of a model is given up once the config does not name it any more", () => {
    const tags = make(declared);
    tags.add(["m", "v2"], "a", "b", now, now);
    tags.evictIdle(nextDay);
    const saved = save(tags);
    const { tags: again } = restore(saved);
    expect(again.silentModels(nextDay)).toEqual([]);
    save(again, saved);
    expect(saved.size).toBe(0);
  });
});

describe("seats", () => {
  const model = { classes: undefined, spellings: new Map<string, string>(), objectives: [] };
  const seated = { ...options, models: new Map(["fraud", "churn", "*"].map((name) => [name, model])) };
  const names = (tags: Tags): string[] =>
    tags.snapshot(now).map(({ labels }) => labels.map(({ value }) => value).join(" "));
  const add = (tags: Tags, name: string, at = now): string => tags.add(name.split(" "), "x", "x", at, at);

  test("a seat is kept for each declared model, whoever comes before its first tag", () => {
    const tags = make(seated);
    expect(["a v1", "b v1", "c v1"].map((name) => add(tags, name))).toEqual(["in time", "dropped", "dropped"]);
    expect(["fraud v1", "fraud v2", "churn v1"].map((name) => add(tags, name))).toEqual([
      "in time",
      "dropped",
      "in time",
    ]);
    expect(names(tags)).toEqual(["a v1", "churn v1", "fraud v1"]);
  });

  test("a model that a new config declares has a seat though all are taken", () => {
    const tags = make();
    for (const name of ["a v1", "b v1", "c v1"]) add(tags, name);
    const { tags: again } = restore(save(tags), seated);
    expect(add(again, "fraud v1")).toBe("in time");
    expect(add(again, "fraud v2")).toBe("dropped");
    expect(again.size).toBe(4);
  });

  test("tags of declared models keep their seats when the limit is lowered", () => {
    const tags = make(seated);
    for (const name of ["a v1", "fraud v1", "churn v1"]) add(tags, name);
    const { tags: again } = restore(save(tags), { ...seated, limits: { ...seated.limits, maxTags: 2 } });
    expect(names(again)).toEqual(["churn v1", "fraud v1"]);
  });

  test("an undeclared tag gives way once it was idle for ten minutes, the one with the fewest outcomes first", () => {
    const tags = make();
    for (const name of ["a v1", "a v1", "b v1", "c v1"]) add(tags, name);
    add(tags, "c v1", now + 5 * minute);
    expect(add(tags, "d v1", now + 10 * minute - 1)).toBe("dropped");
    expect(add(tags, "d v1", now + 10 * minute)).toBe("in time");
    expect(names(tags)).toEqual(["a v1", "c v1", "d v1"]);
    expect(tags.takeDisplaced()).toEqual([["model", "version"].map((name, at) => ({ name, value: ["b", "v1"][at] }))]);
    expect(add(tags, "e v1", now + 10 * minute)).toBe("in time");
    expect(add(tags, "f v1", now + 15 * minute - 1)).toBe("dropped");
    expect(add(tags, "f v1", now + 15 * minute)).toBe("in time");
    expect(names(tags)).toEqual(["d v1", "e v1", "f v1"]);
    expect([...save(tags).values()].filter(([key]) => key[0] === "tag")).toHaveLength(3);
  });

  test("a tag of a declared model gives way to none", () => {
    const tags = make(seated);
    for (const name of ["fraud v1", "fraud v2", "churn v1"]) add(tags, name);
    expect(add(tags, "fraud v3", now + 60 * minute)).toBe("dropped");
  });

  test("a source has so many tags, and takes no other's seat", () => {
    const tags = make({ ...options, limits: { ...options.limits, maxTags: 4, maxTagsPerSource: 2 } });
    const from = (source: string, name: string, at = now): string => {
      tags.source = source;
      return add(tags, name, at);
    };
    expect(["a v1", "b v1", "c v1"].map((name) => from("one", name))).toEqual(["in time", "in time", "dropped"]);
    expect(from("two", "d v1", now - 5 * minute)).toBe("in time");
    const { tags: again } = restore(save(tags), {
      ...options,
      limits: { ...options.limits, maxTags: 4, maxTagsPerSource: 2 },
    });
    again.source = "one";
    expect(add(again, "c v1")).toBe("dropped");
    expect(add(again, "c v1", now + 10 * minute)).toBe("in time");
    expect(names(again)).toEqual(["b v1", "c v1", "d v1"]);
  });
});

describe("limits", () => {
  test("a tag past maxTags is dropped and counted, the others live on", () => {
    const tags = make();
    const models = ["a", "b", "c", "d", "e", "a"];
    const placements = models.map((model) => tags.add([model, ""], "x", "x", now, now));
    expect(tags.snapshot(now).map(({ labels, outcomes }) => [labels, outcomes])).toEqual([
      [[{ name: "model", value: "a" }], 2],
      [[{ name: "model", value: "b" }], 1],
      [[{ name: "model", value: "c" }], 1],
    ]);
    expect(placements.filter((placement) => placement === "dropped")).toHaveLength(2);
  });

  test("a class past maxClasses becomes __other__", () => {
    const tags = make();
    for (const name of ["a", "b", "c", "d", "e", "f", "a"]) tags.add(["m", ""], name, "a", now, now);
    expect(show(tags, now)[0]).toBe("5m: __other__>a 2, a>a 2, b>a 1, c>a 1, d>a 1");
  });

  test("classes that have left all windows make room for new ones, and counts keep their classes", () => {
    const tags = make({ ...options, windows: options.windows.slice(0, 1) });
    for (const name of ["a", "b", "c"]) tags.add(["m", ""], name, name, now, now);
    const later = now + 10 * minute;
    tags.add(["m", ""], "d", "c", later, later);
    for (const name of ["e", "f", "d"]) tags.add(["m", ""], name, "c", later, later);
    expect(show(tags, later)).toEqual(["5m: d>c 2, e>c 1, f>c 1"]);
    expect(show(restore(save(tags), { ...options, windows: options.windows.slice(0, 1) }).tags, later)).toEqual([
      "5m: d>c 2, e>c 1, f>c 1",
    ]);
  });

  test("an outcome whose second class needs the room of others is counted under its first all the same", () => {
    const tags = make({ ...options, windows: options.windows.slice(0, 1) });
    for (const name of ["a", "b", "c", "d"]) tags.add(["m", ""], name, name, now, now);
    const later = now + 10 * minute;
    tags.add(["m", ""], "d", "e", later, later);
    expect(show(tags, later)).toEqual(["5m: d>e 1"]);
  });

  test("a tag that was idle for long is forgotten, with all that was kept of it", () => {
    const tags = make();
    tags.add(["m", "v1"], "a", "b", now, now);
    const saved = save(tags);
    const nextDay = now + 25 * 60 * minute;
    tags.add(["m", "v2"], "a", "b", nextDay, nextDay);
    tags.evictIdle(nextDay);
    save(tags, saved);
    expect(tags.snapshot(nextDay).map(({ labels }) => labels[1]?.value)).toEqual(["v2"]);
    expect([...saved.values()].filter(([key]) => key[1] === 0)).toEqual([]);
    tags.add(["m", "v1"], "a", "b", nextDay, nextDay);
    expect(tags.size).toBe(2);
  });
});

describe("what is read back", () => {
  test.each(["__proto__", "constructor", "", "a\nb", 'quote " and \\', "é\u{1F600}", "0"])(
    "keeps class and version %j",
    (word) => {
      const tags = make();
      tags.add(["m", word], word, "a", now, now);
      tags.add(["__proto__", word], "a", word, now, now);
      const { tags: again, discarded } = restore(save(tags));
      expect(discarded).toBe(0);
      expect(again.snapshot(now)).toEqual(tags.snapshot(now));
    },
  );

  test("restored tags are as they were, and continue from there", () => {
    const tags = make();
    const saved = new Map<string, readonly [EntryKey, JsonValue]>();
    for (let at = 0; at < 20; at++) {
      tags.add(["m", `v${at % 2}`], `c${at % 3}`, `c${at % 4}`, now + at * minute, now + at * minute);
      if (at % 7 === 0) save(tags, saved);
    }
    const end = now + 20 * minute;
    const { tags: again } = restore(save(tags, saved));
    for (const each of [tags, again]) each.add(["m", "v1"], "c1", "c0", end, end);
    expect(again.snapshot(end)).toEqual(tags.snapshot(end));
  });

  test("restored state loses a window that the config has no more, begins a new one empty, keeps the rest", () => {
    const tags = make();
    tags.add(["m", "v1"], "a", "b", now, now);
    const windows = [...options.windows.slice(1), { kind: "last", label: "last_9", size: 9 } as const];
    const { tags: again, discarded } = restore(save(tags), { ...options, windows });
    expect(discarded).toBe(0);
    expect(show(again, now)).toEqual(["1h: a>b 1", "last_3: a>b 1", "last_9: "]);
    const stale = [...again.changes()].filter(({ value }) => value === undefined);
    expect(stale.map(({ key }) => key[2])).toEqual(["5m"]);
  });

  test("restored state fits a config with one label more, and gives up tags that one label less would merge", () => {
    const tags = make();
    tags.add(["m", "v1"], "a", "b", now, now);
    tags.add(["n", ""], "a", "b", now, now);
    const saved = save(tags);
    const more = restore(saved, { ...options, tagLabels: ["model", "region", "version"] });
    expect([
      more.discarded,
      more.tags.snapshot(now).map(({ labels }) => labels.map(({ name, value }) => `${name}=${value}`)),
    ]).toEqual([0, [["model=m", "version=v1"], ["model=n"]]]);
    const less = restore(saved, { ...options, tagLabels: ["model"] });
    expect([less.discarded, less.tags.snapshot(now).map(({ labels }) => labels[0]?.value)]).toEqual([1, ["n"]]);
  });
});
