// Names here and in JSON: `expiresIn` is `expires_in` there.

/** `expires_in` as `expiresIn`, in each part of a path; what stands inside of your own objects stays as it is. */
export function camelPath(path: string): string {
  const own = /^(.*?\b(?:metadata|payload|result|typed_data|data|receipt|public_keys)\b)(.*)$/s.exec(path);
  return own ? camel(own[1]!) + own[2]! : camel(path);
}

/** `expires_in` as `expiresIn`. */
export function camel(text: string): string {
  return text.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
