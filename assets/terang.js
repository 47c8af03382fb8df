/*
 * terang.js: what a script may add to pages that work without it.
 *
 * Menus close when one looks elsewhere, amounts get their separators, a form is not sent twice, a long upload
 * shows that it runs. Nothing here decides, checks or remembers anything: that is the server's.
 */
(function () {
  'use strict';

  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  /* ---- menus: close on Escape and on a click outside ---- */

  function closeMenus(but) {
    each('details.menu[open]', function (menu) {
      if (menu !== but) menu.open = false;
    });
  }

  document.addEventListener('click', function (event) {
    closeMenus(event.target.closest('details.menu'));
  });

  document.addEventListener('keydown', function (event) {
    var open;

    if (event.key !== 'Escape') return;
    open = document.querySelector('details.menu[open]');
    closeMenus(null);
    if (open) open.querySelector('summary').focus();
  });

  /* ---- amounts: 48500000 becomes 48.500.000 when the field is left; anything else stays as typed ---- */

  var separator = document.documentElement.lang === 'en' ? ',' : '.';

  each('.unit > span:first-child + input.num', function (input) {
    input.addEventListener('change', function () {
      if (/^\d{4,18}$/.test(input.value)) input.value = input.value.replace(/\B(?=(\d{3})+$)/g, separator);
    });
  });

  /* ---- forms: sent once, leaving half-filled ones asks ---- */

  var changed = false;

  each('form[method=post]', function (form) {
    form.addEventListener('input', function () {
      changed = true;
    });
    form.addEventListener('submit', function (event) {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = '1';
      changed = false;
    });
  });

  window.addEventListener('beforeunload', function (event) {
    if (changed) event.preventDefault();
  });

  /* Back from the next page: the form may be sent again. */
  window.addEventListener('pageshow', function () {
    each('form[data-sent]', function (form) {
      delete form.dataset.sent;
    });
  });

  /* ---- uploads: something moves while the bytes travel ---- */

  each('form[enctype="multipart/form-data"]', function (form) {
    form.addEventListener('submit', function (event) {
      var files = form.querySelector('input[type=file]');

      if (event.defaultPrevented || !files || files.files.length === 0) return;
      files.insertAdjacentElement('afterend', document.createElement('progress'));
    });
  });
})();
