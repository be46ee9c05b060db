import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { hashSync } from "bcryptjs";
import { bcryptInThread } from "../../src/web/bcrypt.ts";
import { Logins } from "../../src/web/logins.ts";

const users = new Map([
  ["admin", "hash of sesame"],
  ["prometheus", "hash of scrape"],
]);

/** A request with these credentials; another `from` is another client. */
function request(credentials: string | undefined, from = "192.0.2.1"): IncomingMessage {
  const socket = Object.defineProperty(new Socket(), "remoteAddress", { value: from });
  const message = new IncomingMessage(socket);
  if (credentials !== undefined) {
    message.headers.authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  }
  return message;
}

/** Logins whose comparisons are counted, and end when they are let. */
function counted({ held = false } = {}) {
  const compared: string[] = [];
  const waiting: (() => void)[] = [];
  const logins = new Logins(users, async (password, hash) => {
    compared.push(hash);
    if (held) await new Promise<void>((done) => waiting.push(done));
    return hash === `hash of ${password}`;
  });
  const release = (): void => {
    for (const done of waiting.splice(0)) done();
  };
  return { logins, compared, release };
}

describe("a login", () => {
  test("is compared once and then remembered, for each user and password", async () => {
    const { logins, compared } = counted();
    for (let scrape = 0; scrape < 3; scrape++) {
      expect(await logins.judge(request("admin:sesame"))).toBe("accepted");
      expect(await logins.judge(request("prometheus:scrape"))).toBe("accepted");
    }
    expect(compared).toEqual(["hash of sesame", "hash of scrape"]);
    expect(await logins.judge(request("admin:scrape"))).toBe("refused");
    expect(await logins.judge(request("prometheus:sesame"))).toBe("refused");
  });

  test("of a wrong password costs one comparison each time, and so does one of an unknown user", async () => {
    const { logins, compared } = counted();
    expect(await logins.judge(request("admin:wrong"))).toBe("refused");
    expect(await logins.judge(request("admin:wrong"))).toBe("refused");
    expect(compared).toHaveLength(2);
    for (const name of ["nobody", "nobody", "", "__proto__"]) {
      expect(await logins.judge(request(`${name}:wrong`))).toBe("refused");
    }
    expect(compared).toHaveLength(6);
    for (const hash of compared) expect([...users.values()]).toContain(hash);
  });

  test("of an unknown user is refused even with the password of the user whose hash it is compared with", async () => {
    const { logins } = counted();
    for (let index = 0; index < 20; index++) {
      expect(await logins.judge(request(`nobody-${index}:sesame`))).toBe("refused");
    }
  });

  test("of an unknown user is always compared with the same hash, so that asking twice tells nothing", async () => {
    const { logins, compared } = counted();
    for (let index = 0; index < 20; index++) await logins.judge(request("nobody:x"));
    expect(new Set(compared).size).toBe(1);
  });

  test.each([undefined, "admin", "Bearer x"])("that is none (%s) is refused without a comparison", async (text) => {
    const { logins, compared } = counted();
    expect(await logins.judge(request(text))).toBe("refused");
    expect(compared).toEqual([]);
  });

  test("that many ask for at once is compared once", async () => {
    const { logins, compared, release } = counted({ held: true });
    const all = Array.from({ length: 30 }, () => logins.judge(request("admin:sesame")));
    release();
    expect(new Set(await Promise.all(all))).toEqual(new Set(["accepted"]));
    expect(compared).toHaveLength(1);
  });

  test("waits behind no more than four guesses of one client and sixteen of all", async () => {
    const { logins, compared, release } = counted({ held: true });
    const guess = (client: number, index: number) => logins.judge(request(`admin:${index}`, `192.0.2.${client}`));
    const guesses = [1, 2, 3, 4, 5].flatMap((client) =>
      [1, 2, 3, 4, 5].map((index) => guess(client, 10 * client + index)),
    );
    expect(compared).toHaveLength(16);
    release();
    const outcomes = await Promise.all(guesses);
    expect(outcomes.filter((outcome) => outcome === "busy")).toHaveLength(9);
    const later = logins.judge(request("admin:sesame"));
    release();
    expect(await later).toBe("accepted");
  });
});

test("the thread of bcrypt answers in order, and holds nothing up meanwhile", async () => {
  const compare = bcryptInThread();
  const slow = hashSync("sesame", 11);
  const fast = hashSync("sesame", 4).replace("$2b", "$2y");
  const order: string[] = [];
  let turns = 0;
  const beat = setInterval(() => turns++, 1);
  const answers = await Promise.all([
    compare("sesame", slow).then((matches) => order.push(`slow ${matches}`)),
    compare("sesame", fast).then((matches) => order.push(`fast ${matches}`)),
    compare("wrong", fast).then((matches) => order.push(`wrong ${matches}`)),
  ]);
  clearInterval(beat);
  expect(answers).toHaveLength(3);
  expect(order).toEqual(["slow true", "fast true", "wrong false"]);
  expect(turns).toBeGreaterThan(10);
});
