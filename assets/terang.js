/*
 * terang.js: what a script may add to pages that work without it.
 *
 * Menus close when one looks elsewhere, amounts get their separators, a form is not sent twice, a long upload
 * shows that it runs, a half-filled form is kept as a draft. Nothing here decides or checks anything: that is the server's.
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

  /* ---- drafts: what was typed is kept some seconds after the last key, by the server and for this person only ---- */

  each('[data-draft]', function (said) {
    var form = said.closest('form'), timer = null, sending = false;

    function keep() {
      var body = new URLSearchParams();

      timer = sending ? setTimeout(keep, 5000) : null;
      if (sending || form.dataset.sent) return;
      sending = true;
      new FormData(form).forEach(function (value, name) {
        if (typeof value === 'string') body.append(name, value);
      });
      fetch(said.dataset.draft, { method: 'POST', body: body }).then(function (answer) {
        return answer.ok ? answer.text() : '';
      }).then(function (text) {
        if (text) said.textContent = text;
      }).catch(function () { /* without a network the next try follows the next key */ }).then(function () {
        sending = false;
      });
    }

    form.addEventListener('input', function () {
      if (timer === null) timer = setTimeout(keep, 5000);
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
