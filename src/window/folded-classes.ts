/** The class of all classes past the limit; its diagonal cell counts their hits. */
export const otherClass = "__other__";

/** The predicted class of misses between two classes past the limit, which keeps them off the diagonal. */
export const wrongClass = "__wrong__";

/** Tells whether a name is reserved for folded classes; a class of that name in a log is always folded. */
export function isFoldedClass(name: string): boolean {
  return name === otherClass || name === wrongClass;
}

/** Tells whether a class of this name can have counts of its own. */
export function isTrackable(name: string): boolean {
  return !isFoldedClass(name);
}
