"""The object face: a portfolio that is fed day by day, with the names of its design."""

from sdengine.portfolio.algorithm import SyntheticDividendAlgorithm
from sdengine.portfolio.asset import Asset
from sdengine.portfolio.face import Portfolio
from sdengine.portfolio.policy import WithdrawalPolicy
from sdengine.portfolio.records import (
    ArbitrageOpportunity,
    BuybackLot,
    PortfolioDayResult,
    PortfolioPerformance,
    PortfolioSnapshot,
    PortfolioTransaction,
    Transaction,
)

__all__ = [
    "ArbitrageOpportunity",
    "Asset",
    "BuybackLot",
    "Portfolio",
    "PortfolioDayResult",
    "PortfolioPerformance",
    "PortfolioSnapshot",
    "PortfolioTransaction",
    "SyntheticDividendAlgorithm",
    "Transaction",
    "WithdrawalPolicy",
]
