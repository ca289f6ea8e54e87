CREATE DATABASE agent OWNER tidewaiter;
