"""verify_test.py: `terang verify` with the vector log of the ledger's specification. Speaks TAP.

The proof files are put together here from the published vectors with Python's own SHA-256, not by code of the program, so
both would have to be wrong in the same way. Not for: hostile spellings of proofs (src/ledger and its fuzz targets).
"""

import base64
import hashlib
import json
import pathlib
import sys
import tempfile

from program import run, tell

ORIGIN = "terang.tangerangkota.example/ledger/1"
LOG_VKEY = ORIGIN + "+cb39fcad+AWNaafRDpMceNxB6UkVJgsirGZYUNaVYHRn7ew2UaVJG"
WITNESS = "witness.kpk.example/w1"
WITNESS_VKEY = WITNESS + "+a31dd1d5+BMp36TvPAwgHKRbXncE87Wc/Aa1k5B1BUm5/+DzxWp91"
NAMA_KEY = "9cfc24a8dcb3862b63a1849a9bd6dbcce1ec60a52afff685c5bf6ab0481dbcb2"

LEAF_0 = (
    '{"com":{"by":"c77740ac4191b3532ec3017aba52a6811eca94d03d9b9ce585ce1a7ff00cfc48",'
    '"nama":"f10b323952428375fba4eb3eb400623bd5e3c7f2ef388beffe52a2d5267a14b7",'
    '"nik":"0c1bae8c632280fa4726874c8d59bb4864eb811e8c1bf61a1f92a46ca109142c"},"op":"update",'
    '"prev":"84fd9bac333ad79154348296204fa7f8c537a96e08983e5f73b3f5aca8e8edf7",'
    '"pub":{"nomor":"503/0001/DPMPTSP/2026","status":"terbit"},"rec":"izin/1","rev":"2","t":"izin",'
    '"ts":"2026-01-01T00:00:00Z","tx":"1","uid":"beea4522dc84e4970ba62c23fb8eb73c","unit":"3671.2.18.01","v":"1",'
    '"who":"r/verifikator"}')
LEAF_3 = '{"i":"3","t":"t","v":"1"}'

# Paths in the tree of 7, leaf upwards.
PATH_0 = [
    "fd3bbc6fbb6416c944aec3ee877f4d1eaf54557db5c62dd82dc9236d1cd9f5b7",
    hashlib.sha256(b"\1" + bytes.fromhex("333bcc357866bf35d5bbbbb4c6c3731991b95af160ade669ceab0e989a5597ac"
                                         "fedd8ebe20b56d6cb72323f1b2ec55878f1c78ee5cfa8126504b58ad14471dd5")).hexdigest(),
    "4cb055a8af42141e5d5dfc640de3a28ec6a358abb735c8d6b0633dd976f3dd4c",
]
PATH_3 = [
    "333bcc357866bf35d5bbbbb4c6c3731991b95af160ade669ceab0e989a5597ac",
    "dc1bfc18f022c810ccfa8b9196edce45666814ced898f73045712100881800d5",
    "4cb055a8af42141e5d5dfc640de3a28ec6a358abb735c8d6b0633dd976f3dd4c",
]
CHECKPOINT = (
    f"{ORIGIN}\n7\n4rjVgBJoIPjrO1t5buXOLFku1rW0fYGwzjtQrlATg14=\n\n"
    f"— {ORIGIN} yzn8rWkCAZR5LQkDxQfalAT02jiNV2Qope43Un90CVMh/xvlDMSnTzfJyZ7jRBoicTn1eE4w21V8f+LFh1W60ty7owA=\n")
COSIGNATURE = (
    f"— {WITNESS} ox3R1QAAAABpVbk877Kwd0r+O8T67pUVP3dVTCaLfG3vi1BMllrTv5vyd0YNVrsoG01cwy2enjM6X76kpAVxEcAyTyMu4pwf2oYoCA==\n")


def b64(data):
    return base64.b64encode(data).decode("ascii")


def proof(index, leaf, path, opened=None, note=CHECKPOINT + COSIGNATURE):
    extra = '{"body":' + leaf + ',"open":' + json.dumps(opened or {}, separators=(",", ":"), ensure_ascii=False) + "}"
    lines = ["c2sp.org/tlog-proof@v1", f"extra {b64(extra.encode())}", f"index {index}",
             *(b64(bytes.fromhex(h)) for h in path)]
    return "\n".join(lines) + "\n\n" + note


def izin(name="Siti Aminah", note=CHECKPOINT + COSIGNATURE):
    return proof(0, LEAF_0, PATH_0, {"nama": {"k": NAMA_KEY, "v": name}}, note)


def policy(quorum="kpk"):
    return f"log {LOG_VKEY}\nwitness kpk {WITNESS_VKEY}\nquorum {quorum}\n"


def other_vkey():
    """A well-formed key of a log that signed nothing here."""
    name, key = "lain.example/ledger/1", b"\1" + bytes(range(32))
    ident = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    return f"{name}+{ident.hex()}+{b64(key)}"


def verify(program, text, *args, rules=None, lang="C"):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "izin.tlog-proof")
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        if rules is not None:
            rules_file = pathlib.Path(folder, "kpk.policy")
            rules_file.write_text(rules, encoding="utf-8")
            args = (*args, "--policy", str(rules_file))
        return run(program, "verify", str(file), *args, lang=lang)


def a_true_proof_is_valid_by_the_logs_own_key(program):
    done = verify(program, izin(), "--vkey", LOG_VKEY)
    assert done.returncode == 0 and done.stderr == "", done
    for said in ("included OK", "nama = Siti Aminah", "no witness", "VALID"):
        assert said in done.stdout, done.stdout


def a_proof_from_the_published_path_is_valid(program):
    assert verify(program, proof(3, LEAF_3, PATH_3), "--vkey", LOG_VKEY).returncode == 0


def a_witness_of_the_policy_vouches_for_the_time(program):
    done = verify(program, izin(), rules=policy())
    assert done.returncode == 0, done
    assert "quorum OK (1 of 1)" in done.stdout and "by 2026-01-01 00:01:00 UTC (witness)" in done.stdout, done.stdout


def a_reader_of_indonesian_is_answered_in_indonesian(program):
    done = verify(program, izin(), "--vkey", LOG_VKEY, lang="id_ID.UTF-8")
    assert done.returncode == 0 and "komitmen SAH" in done.stdout and "VALID" not in done.stdout, done.stdout


def programs_get_one_object(program):
    told = json.loads(verify(program, izin(), "--json", rules=policy()).stdout)
    assert told["result"] == "valid" and told["exit"] == 0 and told["failed"] is None, told
    assert told["origin"] == ORIGIN and told["size"] == 7 and told["index"] == 0, told
    assert told["leaf_hash"] == "eeacdf6647c1bd358d082e534deca69612d3c1d80e2b434f8f8e269dc60e2553", told
    assert told["root"] == "e2b8d580126820f8eb3b5b796ee5ce2c592ed6b5b47d81b0ce3b50ae5013835e", told
    assert told["opened"] == {"nama": "Siti Aminah"} and told["rec"] == "izin/1" and told["rev"] == "2", told


def a_flipped_bit_in_any_line_is_found(program):
    lines = izin(note=CHECKPOINT).encode().splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line == b"\n":
            continue
        at = sum(map(len, lines[:number])) + (len(line) - 1) // 2
        bad = bytearray(b"".join(lines))
        bad[at] ^= 1
        done = verify(program, bytes(bad), "--vkey", LOG_VKEY)
        assert done.returncode == 1 and "NOT VALID" in done.stdout, (number, line, done)


def a_bad_signature_of_a_known_witness_spoils_the_note(program):
    bad = COSIGNATURE.replace("d0YNVrso", "d0YNVrsp")
    assert bad != COSIGNATURE
    done = verify(program, izin(note=CHECKPOINT + bad), "--json", rules=policy())
    assert done.returncode == 1 and json.loads(done.stdout)["failed"] == "log", done


def a_field_that_was_not_recorded_is_found(program):
    done = verify(program, izin("Siti Aminahh"), "--vkey", LOG_VKEY, "--json")
    assert done.returncode == 1 and json.loads(done.stdout)["failed"] == "fields", done


def a_leaf_at_another_place_is_found(program):
    done = verify(program, proof(2, LEAF_3, PATH_3), "--vkey", LOG_VKEY, "--json")
    assert done.returncode == 1 and json.loads(done.stdout)["failed"] == "path", done


def a_path_that_is_too_short_is_found(program):
    assert verify(program, proof(3, LEAF_3, PATH_3[:2]), "--vkey", LOG_VKEY).returncode == 1


def a_log_that_the_reader_does_not_know_proves_nothing(program):
    done = verify(program, izin(), "--vkey", other_vkey(), "--json")
    assert done.returncode == 1 and json.loads(done.stdout)["failed"] == "log", done


def without_a_key_nothing_can_be_told(program):
    done = verify(program, izin())
    assert done.returncode == 2 and done.stdout == "" and "--vkey" in done.stderr, done


def without_enough_witnesses_nothing_can_be_told(program):
    done = verify(program, izin(note=CHECKPOINT), "--json", rules=policy())
    told = json.loads(done.stdout)
    assert done.returncode == 2 and told["result"] == "unknown" and told["failed"] == "quorum", done


def a_file_that_cannot_be_read_cannot_be_judged(program):
    done = run(program, "verify", "/nonexistent/izin.tlog-proof", "--vkey", LOG_VKEY)
    assert done.returncode == 2 and "/nonexistent/izin.tlog-proof" in done.stderr, done


def pdf_with(attached):
    """As little of a PDF as finding an attached file needs."""
    return (b"%PDF-1.7\n1 0 obj\n<< /Type /EmbeddedFile /Length " + str(len(attached)).encode() +
            b" >>\nstream\n" + attached + b"\nendstream\nendobj\n%%EOF\n")


def a_pdf_is_judged_by_the_proof_in_it(program):
    done = verify(program, pdf_with(izin().encode()), "--vkey", LOG_VKEY)
    assert done.returncode == 0 and "Siti Aminah" in done.stdout and "signature   none" in done.stdout, done
    told = json.loads(verify(program, pdf_with(izin().encode()), "--vkey", LOG_VKEY, "--json").stdout)
    assert told["signature"] == "none" and told["proof"]["opened"] == {"nama": "Siti Aminah"}, told
    done = verify(program, pdf_with(izin("Siti Aminahh").encode()), "--vkey", LOG_VKEY)
    assert done.returncode == 1 and "NOT VALID" in done.stdout, done


def a_pdf_without_a_proof_proves_nothing(program):
    done = verify(program, b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n", "--vkey", LOG_VKEY)
    assert done.returncode == 2 and done.stdout == "" and "no proof" in done.stderr, done


def a_key_that_is_none_or_two_sources_of_keys_are_usage(program):
    assert verify(program, izin(), "--vkey", "terang.example+00000000+AAAA").returncode == 3
    assert verify(program, izin(), "--vkey", LOG_VKEY, rules=policy()).returncode == 3


TESTS = [
    a_true_proof_is_valid_by_the_logs_own_key,
    a_proof_from_the_published_path_is_valid,
    a_witness_of_the_policy_vouches_for_the_time,
    a_reader_of_indonesian_is_answered_in_indonesian,
    programs_get_one_object,
    a_flipped_bit_in_any_line_is_found,
    a_bad_signature_of_a_known_witness_spoils_the_note,
    a_field_that_was_not_recorded_is_found,
    a_leaf_at_another_place_is_found,
    a_path_that_is_too_short_is_found,
    a_log_that_the_reader_does_not_know_proves_nothing,
    without_a_key_nothing_can_be_told,
    without_enough_witnesses_nothing_can_be_told,
    a_file_that_cannot_be_read_cannot_be_judged,
    a_pdf_is_judged_by_the_proof_in_it,
    a_pdf_without_a_proof_proves_nothing,
    a_key_that_is_none_or_two_sources_of_keys_are_usage,
]

if __name__ == "__main__":
    sys.exit(tell(TESTS))
