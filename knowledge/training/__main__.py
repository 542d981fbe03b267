"""The training commands. Metrics are printed; files go where ``--out`` says, by default where they are shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from knowledge.index.encoding.chinese_encoder import FILE as STUDENT
from knowledge.index.encoding.english_encoder import FILE as ENGLISH_ENCODER
from knowledge.index.encoding.word_vectors import FILE as ENGLISH
from knowledge.index.scoring.fusion import FILE as FUSION
from knowledge.index.scoring.verdict import FILE as VERDICT
from knowledge.intents.borders import FILE as BORDERS
from knowledge.intents.message_reader import FILE as MESSAGES
from knowledge.intents.route import FILE as ROUTE
from knowledge.judge.judge import FILE as JUDGE
from knowledge.learned_arrays import LearnedError
from knowledge.training.parallel_texts import TrainingDataError

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)
Pairs = Annotated[Path, typer.Argument(help="Sentence pairs of Tatoeba: English, Chinese, attribution, tab-separated.")]
Out = Annotated[Path, typer.Option(help="Where the learned file goes; its SHA-256 goes beside it.")]
Remember = Annotated[Path | None, typer.Option(help="A file that keeps the teacher's embeddings between runs.")]
Asked = Annotated[
    list[Path] | None,
    typer.Option(help="Questions of all documents of the first folder together, as tests/golden/evidence-1.jsonl."),
]
Further = Annotated[Path | None, typer.Option(help="A learned file to train further, instead of from nothing.")]


@app.command()
def student(
    pairs: Pairs, out: Out = STUDENT, epochs: float = 4, remember: Remember = None, further: Further = None
) -> None:
    """Train the Chinese encoder on MiniLM: two hours on two cores from nothing, a quarter of one further."""
    from knowledge.training.train_encoder import (
        train_encoder,
    )  # torch is slow to import, and only this command needs it

    train_encoder(pairs, out, epochs=epochs, teacher_cache=remember, further=further)


@app.command()
def english(pairs: Pairs, out: Out = ENGLISH) -> None:
    """Make the table of English words' embeddings."""
    from knowledge.training.english_table import build_english_table

    build_english_table(pairs, out)


@app.command()
def english_encoder(
    pairs: Pairs,
    training: Annotated[Path, typer.Argument(help="Folder of public labelled pairs, as shared/training.")],
    out: Out = ENGLISH_ENCODER,
) -> None:
    """Learn to tell MiniLM's embedding of an English text from that by e5: a quarter of an hour."""
    from knowledge.training.judge.pair_sources import OWN
    from knowledge.training.train_english_encoder import train_english_encoder

    train_english_encoder(pairs, sorted(OWN.glob("*.jsonl")), training, out)


@app.command()
def fusion(
    benchmarks: Annotated[Path, typer.Argument(help="Folder of labelled sets in the BEIR layout.")],
    laws: Annotated[Path, typer.Argument(help="Folder of the texts of laws.")],
    questions: Annotated[list[Path], typer.Argument(help="Questions on them, as tests/golden/laws-dev.jsonl.")],
    documents: Annotated[Path, typer.Option(help="Folder of documents whose sections have headings.")],
    sections: Annotated[Path, typer.Option(help="Questions on them, as tests/golden/sections.jsonl.")],
    others: Annotated[list[Path] | None, typer.Option(help="Further sets in the BEIR layout.")] = None,
    out: Out = FUSION,
) -> None:
    """Learn the weights of the search's scorers."""
    from knowledge.training.train_fusion import LabelledSources, train_fusion

    train_fusion(LabelledSources(benchmarks, others or [], laws, questions, documents, sections), out)


@app.command()
def judge(
    training: Annotated[Path, typer.Argument(help="Folder of public labelled pairs, as shared/training.")],
    benchmarks: Annotated[Path, typer.Argument(help="Folder of labelled sets in the BEIR layout.")],
    texts: Annotated[list[Path], typer.Argument(help="Folders of the texts that our own questions are about.")],
    keep: Annotated[str, typer.Option(help="Which of our own questions only measure: the name of a file.")] = "held",
    minutes: Annotated[float, typer.Option(help="CPU time that it learns, after the states are there.")] = 40,
    states: Annotated[Path, typer.Option(help="A folder that keeps the texts' states between runs.")] = Path(
        "data/states"
    ),
    asked: Asked = None,
    out: Out = JUDGE,
    further: Further = None,
) -> None:
    """Learn the judge of pairs: twenty minutes for the states on two cores, and the time that is given."""
    from knowledge.training.judge.pair_sources import OWN
    from knowledge.training.judge.train_judge import JudgeSources, train_judge

    files = sorted(OWN.glob("*.jsonl"))
    kept = [path for path in files if path.stem == keep]
    train_judge(
        JudgeSources(training, benchmarks, texts, [path for path in files if path not in kept], kept, asked or []),
        out,
        states,
        minutes,
        further,
    )


@app.command()
def messages(out: Out = MESSAGES) -> None:
    """Learn what messages want, from ``knowledge/training/messages``: twenty minutes on one core."""
    from knowledge.training.intents.train_messages import train_messages

    train_messages(out)


@app.command()
def borders(out: Out = BORDERS) -> None:
    """Learn where in a message another question begins: a quarter of an hour on one core."""
    from knowledge.training.intents.train_borders import train_borders

    train_borders(out)


@app.command()
def route(
    documents: Annotated[Path, typer.Argument(help="Folder of the documents that the messages are about: documents.")],
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = ROUTE,
) -> None:
    """Learn which messages are for rows, from those of ``knowledge/training/messages``: ten minutes on one core."""
    from knowledge.training.intents.train_route import train_route

    train_route(documents, out)


@app.command()
def verdict(
    benchmarks: Annotated[Path, typer.Argument(help="Folder of labelled sets on anything else, in the BEIR layout.")],
    texts: Annotated[list[Path], typer.Argument(help="Folders of the texts that our own questions are about.")],
    golden: Annotated[list[Path], typer.Option(help="Other questions on them, as tests/golden/sections.jsonl.")],
    questions: Annotated[str, typer.Option(help="Which of our own questions: the name of a file.")] = "held",
    asked: Asked = None,
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = VERDICT,
) -> None:
    """Learn how judge and search decide together, from questions on sections that the judge has not learned from."""
    from knowledge.training.judge.pair_sources import OWN
    from knowledge.training.train_verdict import VerdictSources, train_verdict

    train_verdict(VerdictSources(texts, [OWN / f"{questions}.jsonl"], golden, benchmarks, asked or []), out)


@app.command()
def pairs(
    texts: Annotated[list[Path], typer.Argument(help="Folders of the texts that our own questions are about.")],
    questions: Annotated[str, typer.Option(help="Which of our own questions: the name of a file.")] = "held",
) -> None:
    """Print our own questions beside their sections, as ``python -m knowledge evaluate-answers`` reads them."""
    import json

    from knowledge.training.judge.pair_sources import OWN, own

    for bundle in own(texts, [OWN / f"{questions}.jsonl"], skip_missing=True):
        for pair in () if bundle.tempting else bundle.pairs:
            line = {"question": pair.question, "passage": pair.passage, "answerable": pair.answers}
            print(json.dumps(line, ensure_ascii=False))


def main() -> None:
    """Run the command; a file that cannot be used is named in one line on standard error, exit code 2."""
    try:
        app()
    except (TrainingDataError, LearnedError) as error:
        typer.echo(str(error), err=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
