"""What a portal's own scripts do in the browser, as far as the page objects rely on it (odyssey.md,
sections 2 to 5).

No exchange keeps scripts: they are the portal's, and change. In their place the loopback server
gives the pages of the court portal these few lines: results are fetched into their tab, a click on
a case fetches its page, then its late part."""

from __future__ import annotations

import re

from replay.exchange import Step

CRITERIA_COOKIE = "SmartSearchCriteria"
_POSTED = "/SmartSearch/SmartSearch/SmartSearch"
_BODY_END = re.compile(r"</body\s*>", re.I)
_CLIENT = """<style>.tyler-hide{display:none}</style><script>
(function () {
  const named = (number, plain) => {
    const tab = document.getElementById('tcController_' + number);
    return (tab && document.getElementById(tab.getAttribute('aria-controls'))) || document.getElementById(plain);
  };
  const panels = [named(0, 'tcBody_0'), named(1, 'ui-tabs-1'), named(2, 'tcBody_2')];
  const show = (number) => panels.forEach((panel, place) => {
    if (panel) { panel.style.display = place === number ? '' : 'none'; panel.setAttribute('aria-hidden', place !== number); }
  });
  const base = location.pathname.replace(/\\/(Home|SmartSearch)\\/.*$/, '');
  const get = (address) => fetch(address, {credentials: 'same-origin'})
    .then((answer) => answer.ok ? answer.text() : Promise.reject(answer.status));
  const results = (more) => get(base + '/SmartSearch/SmartSearchResults?_=' + Date.now() + more)
    .then((html) => { panels[1].innerHTML = html; }, () => {});
  const money = (id) => get(base + '/Case/CaseDetail/LoadFinancialInformation?caseId=' + id + '&_=' + Date.now())
    .then((html) => { document.getElementById('divFinancialInformation_body').innerHTML = html; }, () => {});
  const open = (link) => get(link.dataset.url).then((html) => {
    panels[2].innerHTML = html;
    show(2);
    const late = panels[2].querySelector('#divFinancialInformation_header[data-loaded=false]');
    if (late && !panels[2].querySelector('#financialSlider')) money(link.dataset.caseid);
  }, () => {});
  document.addEventListener('click', (event) => {
    const one = (css) => event.target.closest(css);
    const link = one('a.caseLink'), tab = one("[id^='tcControllerLink_']"), page = one('.k-pager-wrap a.k-link');
    if (!link && !tab && !page && !one('#AdvOptions, .ui-dialog')) return;
    event.preventDefault();
    if (link) open(link);
    else if (tab) show(Number(tab.id.slice(-1)));
    else if (page && !page.classList.contains('k-state-disabled')) {
      const grid = page.closest('#Grid, #CasesGrid').id, bar = page.closest('.k-pager-wrap');
      const [from, to] = (bar.querySelector('.k-pager-info') || bar).textContent.match(/\\d+/g) || [];
      results('&' + grid + '-page=' + page.dataset.page + (to ? '&' + grid + '-pageSize=' + (to - from + 1) : ''));
    } else if (one('#AdvOptions')) document.getElementById('AdvOptionsMask').classList.toggle('tyler-hide');
    else if (/Continue session/i.test(event.target.textContent)) one('.ui-dialog').remove();
  });
  if (/\\/WorkspaceMode$/.test(location.pathname)) { show(1); results(''); } else show(0);
})();
</script>"""


def client_for(product: str, document: str) -> str:
    """The document with the portal's script at its end, if it is one of the court portal with its
    three tabs."""
    if product != "odyssey" or 'id="tcController_1"' not in document:
        return document
    end = _BODY_END.search(document)
    place = end.start() if end else len(document)
    return document[:place] + _CLIENT + document[place:]


def cookies_for(product: str, step: Step) -> str:
    """The cookie of an answer that a page object looks for, else ``""``. A step of kind
    ``search-lost`` has none."""
    kept = (
        product == "odyssey"
        and step.method == "POST"
        and step.url.partition("?")[0].endswith(_POSTED)
    )
    return f"{CRITERIA_COOKIE}=replayed; Path=/" if kept and step.kind != "search-lost" else ""
