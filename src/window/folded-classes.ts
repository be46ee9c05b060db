/** The class that stands for all classes past the limit; as actual and predicted at once it holds their hits. */
export const otherClass = "__other__";

/** The predicted class of outcomes whose two classes are past the limit and differ: misses, kept off the diagonal. */
export const wrongClass = "__wrong__";

/** Whether a name is kept for folded classes: a class of that name in a log is folded itself, and never has a seat. */
export function isFoldedName(name: string): boolean {
  return name === otherClass || name === wrongClass;
}
