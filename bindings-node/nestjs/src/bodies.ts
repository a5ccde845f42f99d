// The body of a request as it came, to tell two requests apart.

import { createHash, type Hash } from 'node:crypto';

/**
 * A hash of the body of a request, or nothing where what came cannot be known: nobody has read it, or it was read into
 * something that leaves a part of it out. Such a request is like no other.
 */
export function bodyOf(request: any): string | undefined {
  const hash = createHash('sha256').update(`${String(request.headers?.['content-type'] ?? '')}\n`);
  if (!hasBody(request)) return hash.digest('hex');
  const { rawBody, body } = request;
  if (isBytes(rawBody)) return hash.update('raw:').update(rawBody).digest('hex');
  if (isBytes(body)) return hash.update('bytes:').update(body).digest('hex');
  if (typeof body === 'string') return hash.update('text:').update(body).digest('hex');
  if (typeof body !== 'object' || body === null || !isRead(request)) return undefined;
  try {
    hash.update(`values:${JSON.stringify(body)}`);
  } catch {
    return undefined;
  }
  return withFiles(hash, request) ? hash.digest('hex') : undefined;
}

/** Whether something is bytes, of this realm or another. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';
}

function typeOf(request: any): string {
  return String(request.headers?.['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
}

function hasBody(request: any): boolean {
  const { 'content-length': length, 'transfer-encoding': coded } = request.headers ?? {};
  return coded !== undefined || (length !== undefined && Number(length) !== 0);
}

/** Whether the values in the body are all that came. Parsers leave an empty object of what they do not know. */
function isRead(request: any): boolean {
  const type = typeOf(request);
  if (type === 'application/json') return true;
  const values = Object.values(request.body);
  if (!type.startsWith('multipart/')) return values.length > 0;
  // beside texts some parsers leave streams there, which are not what they hold
  const isText = (value: unknown) => [value].flat().every((one) => typeof one === 'string');
  return values.every(isText) && (values.length > 0 || filesOf(request).length > 0);
}

/** The files that a parser of multipart bodies has left beside the body. */
function filesOf(request: any): any[] {
  const { file, files } = request;
  const many = files === undefined || files === null ? [] : Array.isArray(files) ? files : Object.values(files).flat();
  return (file === undefined || file === null ? [] : [file]).concat(many);
}

/** Adds the files; answers whether all of them are here, and not somewhere on a disk. */
function withFiles(hash: Hash, request: any): boolean {
  return filesOf(request).every((file) => {
    const content: unknown = file?.buffer;
    if (!isBytes(content)) return false;
    const about = JSON.stringify([file.fieldname ?? null, file.originalname ?? null, file.mimetype ?? null, content.byteLength]);
    hash.update(`file:${about}`).update(content);
    return true;
  });
}
