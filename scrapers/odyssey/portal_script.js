(function () {
  const named = (number, plain) => {
    const tab = document.getElementById('tcController_' + number);
    const controlled = tab && document.getElementById(tab.getAttribute('aria-controls'));
    return controlled || document.getElementById(plain);
  };
  const panels = [named(0, 'tcBody_0'), named(1, 'ui-tabs-1'), named(2, 'tcBody_2')];
  const show = (number) => panels.forEach((panel, place) => {
    if (!panel) return;
    panel.style.display = place === number ? '' : 'none';
    panel.setAttribute('aria-hidden', place !== number);
  });
  const base = location.pathname.replace(/\/(Home|SmartSearch)\/.*$/, '');
  const get = (address) => fetch(address, {credentials: 'same-origin'})
    .then((answer) => answer.ok ? answer.text() : Promise.reject(answer.status));
  const stamp = () => '_=' + Date.now();
  const results = (more) => get(base + '/SmartSearch/SmartSearchResults?' + stamp() + more)
    .then((html) => { panels[1].innerHTML = html; }, () => {});
  const money = (id) =>
    get(base + '/Case/CaseDetail/LoadFinancialInformation?caseId=' + id + '&' + stamp())
      .then((html) => {
        document.getElementById('divFinancialInformation_body').innerHTML = html;
      }, () => {});
  const open = (link) => get(link.dataset.url).then((html) => {
    panels[2].innerHTML = html;
    show(2);
    const late = panels[2].querySelector('#divFinancialInformation_header[data-loaded=false]');
    if (late && !panels[2].querySelector('#financialSlider')) money(link.dataset.caseid);
  }, () => {});
  const turn = (page) => {
    const grid = page.closest('#Grid, #CasesGrid').id, bar = page.closest('.k-pager-wrap');
    const shown = (bar.querySelector('.k-pager-info') || bar).textContent.match(/\d+/g) || [];
    const size = shown[1] ? '&' + grid + '-pageSize=' + (shown[1] - shown[0] + 1) : '';
    results('&' + grid + '-page=' + page.dataset.page + size);
  };
  document.addEventListener('click', (event) => {
    const one = (css) => event.target.closest(css);
    const link = one('a.caseLink'), tab = one("[id^='tcControllerLink_']");
    const page = one('.k-pager-wrap a.k-link');
    if (!link && !tab && !page && !one('#AdvOptions, .ui-dialog')) return;
    event.preventDefault();
    if (link) open(link);
    else if (tab) show(Number(tab.id.slice(-1)));
    else if (page && !page.classList.contains('k-state-disabled')) turn(page);
    else if (one('#AdvOptions')) {
      document.getElementById('AdvOptionsMask').classList.toggle('tyler-hide');
    } else if (/Continue session/i.test(event.target.textContent)) one('.ui-dialog').remove();
  });
  if (/\/WorkspaceMode$/.test(location.pathname)) { show(1); results(''); } else show(0);
})();
