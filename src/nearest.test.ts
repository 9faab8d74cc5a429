import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

test("finds the word that was meant, and none where none is near", () => {
  const words = ["mnist", "fashion-mnist", "ring", "grid"];
  expect(nearest("mnits", words)).toBe("mnist");
  expect(nearest("MNIST", words)).toBe("mnist");
  expect(nearest("mnis", words)).toBe("mnist");
  expect(nearest("fashion_mnits", words)).toBe("fashion-mnist");
  expect(nearest("rings", words)).toBe("ring");
  expect(nearest("zebra", words)).toBeUndefined();
});
