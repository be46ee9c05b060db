import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { alternativeNames } from "../../src/web/client-certificate.ts";
import { Authority } from "../support/certificates.ts";
import { tempDir } from "../support/temp.ts";

const authority = new Authority(tempDir());

test.each([
  { sans: "DNS:a.example,DNS:b.example", names: ["a.example", "b.example"] },
  { sans: "IP:192.0.2.1,IP:2001:db8:0:0:0:0:0:1,IP:::1", names: ["192.0.2.1", "2001:db8::1", "::1"] },
  { sans: "email:me@a.example,URI:spiffe://a.example/ns/x", names: ["me@a.example", "spiffe://a.example/ns/x"] },
  { sans: "otherName:1.2.3.4;UTF8:a.example,DNS:b", names: ["b"] },
  { sans: "RID:1.2.3.4,DNS:b", names: ["b"] },
  // What looks like two names is one: who gets such a certificate is not the one that it names.
  {
    sans: "@names\n[names]\nURI.1=http://evil.example/\\, DNS:a.example",
    names: ["http://evil.example/, DNS:a.example"],
  },
  {
    sans: '@names\n[names]\nURI.1=http://evil.example/\\"\\, DNS:a.example',
    names: ['http://evil.example/", DNS:a.example'],
  },
])("the names of a certificate for $sans are $names", ({ sans, names }) => {
  const { cert } = authority.issue("client", sans);
  expect(alternativeNames(new X509Certificate(readFileSync(cert)).subjectAltName ?? "")).toEqual(names);
});

test("a certificate without alternative names has none, and what cannot be read ends them", () => {
  expect(alternativeNames("")).toEqual([]);
  expect(alternativeNames('DNS:a, odd" text, DNS:b')).toEqual(["a"]);
});
