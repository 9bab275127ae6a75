"""Accounts, sessions, tokens and the record of changes, in a store that is opened again."""

from contextlib import closing

import pytest

from collector.access import AccessChanges, AccessRegister, AuditRow
from collector.changes import Changes
from collector.database import audit
from collector.database.store import Store

NOW = 1_790_000_000.0


def row(n: int) -> AuditRow:
    return AuditRow(NOW + n, "sari", "sari", "page", "10.0.0.1", "note", "abcdefgh", f"note {n} ‘“")


def kept(store: Store, known: AccessRegister, changes: AccessChanges) -> None:
    store.commit(Changes(access=changes))
    known.adopt(changes)


def same(one: AccessRegister, other: AccessRegister) -> bool:
    return (one.accounts, one.sessions, one.tokens) == (other.accounts, other.sessions, other.tokens)


def test_accounts_sessions_and_tokens_are_there_after_a_restart(url: str) -> None:
    known = AccessRegister()
    with closing(Store(url)) as store:
        key = store.session_key()
        kept(store, known, known.add_account("sari", "operator", "hash", "Tuti", NOW))
        kept(store, known, known.add_account("budi", "viewer", "", "Tuti", NOW))
        for n in range(3):
            kept(store, known, known.begin_session(known.account("sari"), f"secret {n}", "::1", NOW + n))
        kept(store, known, known.begin_session(known.account("budi"), "another", "10.0.0.1", NOW))
        kept(store, known, known.add_token("grafana", "viewer", 90, "secret", "Tuti", NOW))
    with closing(Store(url)) as store:
        assert same(store.access(), known)
        assert store.session_key() == key
        known = store.access()
        kept(store, known, known.remove_account("sari"))
        kept(store, known, known.remove_token("grafana"))
    with closing(Store(url)) as store:
        assert same(store.access(), known)
        assert list(known.accounts) == ["budi"]
        assert [one.account for one in known.sessions.values()] == ["budi"]
        assert known.tokens == {}


def test_a_change_and_its_row_in_the_record_are_stored_together(url: str) -> None:
    known = AccessRegister()
    with closing(Store(url)) as store:
        changes = known.add_account("sari", "admin", "hash", "Tuti", NOW)
        store.commit(Changes(access=changes, audit=[row(1)]))
        assert [one.what for one in store.audit()] == ["note"]
        assert "sari" in store.access().accounts


def test_the_record_is_bounded_and_read_page_by_page(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "ROWS_KEPT", 20)
    with closing(Store(url)) as store:
        for n in range(30):
            store.commit(Changes(audit=[row(n)]))
        newest = store.audit(limit=5)
        assert [one.text for one in newest] == [f"note {n} ‘“" for n in (29, 28, 27, 26, 25)]
        older = store.audit(newest[-1].number, 100)
        assert [one.at - NOW for one in older] == [float(n) for n in range(24, 9, -1)]
