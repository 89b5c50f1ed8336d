// The hook that packages.js registers.
let from;

export function initialize(data) {
  from = data.from;
}

export function resolve(specifier, context, next) {
  const named = !/^([./]|\w+:)/.test(specifier);
  const ofSuite = !context.parentURL?.includes('/node_modules/');
  return next(specifier, named && ofSuite ? { ...context, parentURL: from } : context);
}
