"""The JavaScript that a session runs in a page. Kept in one place; every piece is a function body.

Scripts are put in as text, never through ``eval`` in the page, so a strict content policy does not
stop them."""

from __future__ import annotations

LOOK = """
const entry = performance.getEntriesByType('navigation')[0];
const root = document.documentElement;
const failed = location.protocol === 'chrome-error:';
const told = failed ? document.querySelector('.error-code') : null;
const code = told ? /ERR_[A-Z0-9_]+/.exec(told.textContent) : null;
return {born: performance.timeOrigin, state: document.readyState, url: location.href,
  status: entry && entry.responseStatus ? entry.responseStatus : null,
  error: failed ? (code ? code[0] : 'ERR_FAILED') : null,
  html: arguments[0] && root && !failed ? root.outerHTML : ''};
"""
"""Which document stands, how far it is, and what it answered; its HTML if the first argument is
true."""

READY = """
const done = arguments[arguments.length - 1];
if (document.readyState !== 'loading') { done(true); return; }
document.addEventListener('DOMContentLoaded', () => done(true), {once: true});
setTimeout(() => done(false), arguments[0]);
"""
"""True when the document has been read to its end; false after so many milliseconds."""

STAY = """
const done = arguments[arguments.length - 1];
setTimeout(() => done(performance.timeOrigin), arguments[0]);
"""
"""Does nothing for so many milliseconds. The command breaks off by itself when the document is
left."""

REST = """
const done = arguments[arguments.length - 1];
if (document.readyState !== 'complete') window.stop();
setTimeout(done, 0);
"""
"""Stops what the document still loads. When this comes back, its load event has been told of, if it
ever is."""

OUTER = """
const found = arguments[0] ? document.querySelector(arguments[0]) : document.documentElement;
return found ? found.outerHTML : null;
"""
"""The HTML of the document or of the first element that fits the selector; null if there is
none."""

STANDING = """
return [location.href, document.documentElement ? document.documentElement.outerHTML : ''];
"""
"""Address and HTML of the document."""

_WAIT = """
const done = arguments[arguments.length - 1];
const given = Array.prototype.slice.call(arguments, 1, -1);
const look = function () {
%s
};
let over = false, trouble = null, watch = null, clock = null, end = null;
const finish = function (answer) {
  if (over) return;
  over = true;
  if (watch) watch.disconnect();
  clearInterval(clock); clearTimeout(end);
  done(answer);
};
const once = function () {
  if (over) return;
  try {
    const value = look.apply(null, given);
    trouble = null;
    if (value) finish({value: value});
  } catch (error) { trouble = String(error); }
};
once();
if (!over) {
  watch = new MutationObserver(once);
  watch.observe(document, {childList: true, subtree: true, attributes: true, characterData: true});
  clock = setInterval(once, 100);
  end = setTimeout(() => finish({trouble: trouble}), arguments[0]);
}
"""


def wait(body: str) -> str:
    """A script that looks at once, at every change of the document, and each 100 ms (for what is no
    DOM change).

    First argument: milliseconds; the others go to ``body``. It answers ``{value}`` or
    ``{trouble}``."""
    return _WAIT.replace("%s", body)


FETCH = """
const done = arguments[arguments.length - 1];
const [url, method, data, accept, referrer, ms] = arguments;
const stopper = new AbortController();
const clock = setTimeout(() => stopper.abort(), ms);
const finish = (answer) => { clearTimeout(clock); done(answer); };
const wish = {method: method, mode: 'same-origin', credentials: 'same-origin',
  headers: {'Accept': accept}, signal: stopper.signal};
if (data !== null) {
  wish.body = new URLSearchParams(data);
}
if (referrer !== null) wish.referrer = referrer;
const charset = (type, bytes) => {
  let found = /charset\\s*=\\s*["']?([\\w-]+)/i.exec(type || '');
  if (!found && /html|xml/i.test(type || '')) {
    const start = new TextDecoder('latin1').decode(bytes.slice(0, 2048));
    found = /charset\\s*=\\s*["']?([\\w-]+)/i.exec(start);
  }
  return found ? found[1] : 'utf-8';
};
const read = async (answer) => {
  const bytes = await answer.arrayBuffer();
  const headers = {};
  answer.headers.forEach((value, key) => { headers[key] = value; });
  let text;
  try { text = new TextDecoder(charset(headers['content-type'], bytes)).decode(bytes); }
  catch (error) { text = new TextDecoder().decode(bytes); }
  return {status: answer.status, url: answer.url, headers: headers, text: text};
};
const away = async () => {
  if (method !== 'GET') return false;
  const look = Object.assign({}, wish, {redirect: 'manual'});
  try { return (await fetch(url, look)).type === 'opaqueredirect'; }
  catch (error) { return false; }
};
fetch(url, wish).then(read).then(finish).catch(async (error) => {
  if (error.name === 'AbortError') finish({slow: true});
  else finish({broken: String(error.message || error), away: await away()});
});
"""
"""One request from inside the page, with its cookies, decoded as the answer declares."""
