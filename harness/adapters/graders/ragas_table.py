"""What is known of each metric of ragas that is offered: how often it asks, and what its value means."""

CALLS = {
    "AgentGoalAccuracy": 2,
    "AgentGoalAccuracyWithReference": 2,
    "AgentGoalAccuracyWithoutReference": 2,
    "AnswerAccuracy": 2,
    "AnswerCorrectness": 5,
    "AnswerRelevancy": 7,
    "CHRFScore": 0,
    "ContextEntityRecall": 2,
    "ContextPrecision": 3,
    "ContextPrecisionWithReference": 3,
    "ContextPrecisionWithoutReference": 3,
    "ContextRecall": 1,
    "ContextRelevance": 2,
    "ContextUtilization": 3,
    "DataCompyScore": 0,
    "DomainSpecificRubrics": 1,
    "ExactMatch": 0,
    "FactualCorrectness": 4,
    "Faithfulness": 2,
    "InstanceSpecificRubrics": 1,
    "NoiseSensitivity": 9,
    "NonLLMStringSimilarity": 0,
    "QuotedSpansAlignment": 0,
    "ResponseGroundedness": 2,
    "RougeScore": 0,
    "RubricsScoreWithReference": 1,
    "RubricsScoreWithoutReference": 1,
    "SQLSemanticEquivalence": 1,
    "SemanticSimilarity": 2,
    "StringPresence": 0,
    "SummaryScore": 3,
    "ToolCallAccuracy": 0,
    "ToolCallF1": 0,
    "TopicAdherence": 3,
}
"""How many calls a grade takes, of three contexts or one topic; vectors count as calls."""
REFUSED = {
    "BleuScore": "reads no more than an answer's first sentence; the kind `bleu` reads all of it",
    "MultiModalFaithfulness": "would open any file and address that an answer or a document names",
    "MultiModalRelevance": "would open any file and address that an answer or a document names",
}
"""What is not offered, and why."""
NEEDS = {"DataCompyScore": "datacompy", "RougeScore": "rouge_score"}
"""Packages that ragas imports for a metric and does not install."""
COSINES = {"AnswerCorrectness", "AnswerRelevancy", "SemanticSimilarity"}
"""Below 0 for texts that point apart; that is 0 here."""
LOWER_IS_BETTER = {"NoiseSensitivity"}
RATED = {
    *("DomainSpecificRubrics", "InstanceSpecificRubrics"),
    *("RubricsScoreWithReference", "RubricsScoreWithoutReference"),
}
RATING = (1.0, 5.0)
"""The scale of those without rubrics of their own; all others say a share."""
ROUNDING = 6
"""Digits that count: ragas adds up to 1e-8 to what it divides by, and so never says exactly 1."""
