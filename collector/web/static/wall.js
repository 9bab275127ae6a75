// ES5, for television sets of 2015. The page works without it: it drops boards that are past, and loads the
// page anew when no board has come for a while and the collector answers again.
(function () {
  "use strict";
  var PERIOD_MS = 5000, QUIET_MS = 20000;
  var newest = null, came = Date.now();

  function look() {
    var boards = document.getElementsByTagName("main"), last = boards[boards.length - 1];
    while (boards.length > 2) { boards[0].parentNode.removeChild(boards[0]); }
    if (last !== newest) { newest = last; came = Date.now(); }
    if (Date.now() - came > QUIET_MS) { ask(); }
  }

  function ask() {
    var request = new XMLHttpRequest();
    request.open("GET", "/healthz?" + Date.now());
    request.timeout = PERIOD_MS - 500;
    request.onload = function () { if (request.status === 200) { location.reload(); } };
    request.send();
  }

  setInterval(look, PERIOD_MS);
}());
